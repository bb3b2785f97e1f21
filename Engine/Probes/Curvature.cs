namespace GpuNN;

/// <summary>
/// First and second derivatives of the mean loss of a model on a data set by its trainable weights, with layers as in use: the gradient
/// g, the product H v of the Hessian with a direction, and the outermost eigenvalues of H. H v is the gradient of g v, exact but for
/// rounding; the Hessian itself is never made.
/// Source: Pearlmutter (1994), "Fast exact multiplication by the Hessian"; Lanczos (1950).
/// </summary>
public sealed class Curvature
{
    private readonly BatchLoss batchLoss;
    private readonly Function slope;
    private readonly Function product;
    private readonly DataSet set;
    private readonly int batch;
    private readonly Parameter[] direction;

    /// <summary>The derivatives of a model's loss.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss; all operations of both must have a second derivative.</param>
    /// <param name="set">What the loss is the mean over.</param>
    /// <param name="batch">Samples in a run.</param>
    public Curvature(Device device, Layer model, Loss loss, DataSet set, int batch = 256)
    {
        (this.set, this.batch) = (set, batch);
        Weights = new WeightSpace(model);
        batchLoss = new BatchLoss(model, loss);
        direction = [.. Weights.Parameters.Select((parameter, i) => new Parameter($"direction {i}", parameter.Shape, Inits.Zeros, trainable: false))];
        slope = device.Compile(graph =>
        {
            var (value, weight) = batchLoss.Record(graph);
            return [weight, .. graph.Gradients(value, Weights.Parameters)];
        }, training: false, name: "gradient");
        product = device.Compile(graph =>
        {
            var (value, weight) = batchLoss.Record(graph);
            var along = graph.Gradients(value, Weights.Parameters).Select((gradient, i) => (gradient * direction[i]).Sum()).Aggregate((a, b) => a + b);
            return [weight, .. graph.Gradients(along, Weights.Parameters)];
        }, training: false, name: "Hessian-vector product");
    }

    /// <summary>The space of the model's weights.</summary>
    public WeightSpace Weights { get; }

    /// <summary>The gradient g.</summary>
    public double[] Gradient() => Mean(slope);

    /// <summary>The product H v.</summary>
    /// <param name="v">A direction, one number a weight.</param>
    public double[] HessianVector(float[] v)
    {
        foreach (var (target, (_, part)) in direction.Zip(Weights.Parts(v)))
            target.Set(part.Span);
        return Mean(product);
    }

    /// <summary>
    /// The lowest and the highest eigenvalue of the Hessian, by Lanczos: those are found first, to a few digits after some tens of
    /// steps. The lowest is never below the true one but for rounding, nor the highest above.
    /// </summary>
    /// <param name="steps">Products H v to make, at most one a weight; each costs some gradients, and keeps a direction in memory.</param>
    /// <param name="seed">Decides the first direction.</param>
    public EigenvalueRange Eigenvalues(int steps = 40, ulong seed = 1)
    {
        var start = Array.ConvertAll(Weights.Direction(seed), value => (double)value);
        return Lanczos.Outermost(v => HessianVector(Array.ConvertAll(v, value => (float)value)), start, steps);
    }

    private double[] Mean(Function function)
    {
        var sum = new double[Weights.Size];
        var weights = 0.0;
        foreach (var samples in set.Batches(batch))
        {
            var results = batchLoss.Run(function, samples);
            var weight = (double)results[0].Scalar();
            weights += weight;
            var at = 0;
            for (var i = 1; i < results.Count; i++)
                foreach (var value in results[i].ToArray())
                    sum[at++] += weight * value;
        }
        return Array.ConvertAll(sum, value => value / weights);
    }
}
