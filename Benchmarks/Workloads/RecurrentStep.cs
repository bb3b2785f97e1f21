namespace GpuNN.Benchmarks;

/// <summary>
/// A training step of a recurrent layer, 64 to 256, with a dense layer and a label at every step of 100; steps stand first, as in the peers' programs.
/// Its gates have one bias each where the peers have two that are added.
/// </summary>
/// <param name="name">Name of the workload.</param>
/// <param name="gates">Gates of a unit, for the operations that are counted.</param>
/// <param name="layer">Makes the layer; it takes its steps first.</param>
public sealed class RecurrentStep(string name, int gates, Func<int, int, Layer> layer) : Workload
{
    private const int Batch = 64;
    private const int Steps = 100;
    private const int Inputs = 64;
    private const int Units = 256;
    private const int Classes = 10;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Train;

    /// <inheritdoc/>
    public override string Shape => "b64 T100 in64 h256 Adam";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var model = new Sequential(layer(Inputs, Units), new Dense(Units, Classes));
        const double rows = (double)Batch * Steps;
        var flop = 2 * rows * (2.0 * Inputs * gates * Units + 3.0 * Units * gates * Units + 3.0 * Units * Classes);
        return TrainingStep.Make(
            device, model, new Adam(1e-3f),
            graph => Loss.SoftmaxCrossEntropy.Of(
                model.Apply(graph.Input("x", [Steps, Batch, Inputs])).Reshape([Steps * Batch, Classes]), graph.Labels("y", [Steps * Batch], Classes)),
            [RandomNumbers.Normal(Steps * Batch * Inputs, seed: 1), RandomNumbers.Labels(Steps * Batch, Classes, seed: 2)],
            Batch, flop);
    }
}
