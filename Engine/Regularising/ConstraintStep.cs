namespace GpuNN;

/// <summary>
/// The constraints of a training as one compiled function, which runs after each step of the optimiser. A trainer has one of its own;
/// a program with steps of its own makes one beside them:
/// <code>
/// var step = device.Compile(graph => graph.Minimise(loss(graph), model.Parameters, adam, constraints));
/// var constrain = new ConstraintStep(device, model.Parameters, constraints, adam);
/// constrain.Begin();
/// foreach (var batch in batches) { step.Run(batch); constrain.Run(); }
/// </code>
/// </summary>
public sealed class ConstraintStep
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly Optimiser optimiser;
    private readonly Parameter rate = new("rate", Shape.Scalar, Inits.Zeros, trainable: false);
    private readonly Function begin;
    private readonly Function step;
    private float pushedRate;

    /// <summary>A function that runs constraints.</summary>
    /// <param name="device">Where the parameters are trained.</param>
    /// <param name="parameters">What is learned; each constraint chooses from it.</param>
    /// <param name="constraints">What they are brought to, one after the other.</param>
    /// <param name="optimiser">Whose learning rate they see; it may change between runs.</param>
    public ConstraintStep(Device device, IReadOnlyList<Parameter> parameters, IReadOnlyList<Constraint> constraints, Optimiser optimiser)
    {
        (this.parameters, this.optimiser) = (parameters, optimiser);
        begin = device.Compile(graph => Record(graph, constraints.Where(constraint => constraint.IsProjection)), name: "constrain at first");
        step = device.Compile(graph => Record(graph, constraints), name: "constrain");
    }

    /// <summary>Brings the initial parameters into the sets of those constraints that are projections.</summary>
    public void Begin() => begin.Run();

    /// <summary>Brings the parameters back after a step.</summary>
    public void Run()
    {
        if (optimiser.LearningRate != pushedRate)
        {
            pushedRate = optimiser.LearningRate;
            rate.Set([pushedRate]);
        }
        step.Run();
    }

    private void Record(Graph graph, IEnumerable<Constraint> constraints)
    {
        graph.DependsOnTrainable(parameters);
        foreach (var constraint in constraints)
            foreach (var parameter in constraint.On.Among(parameters, constraint))
                graph.Update(parameter, value => constraint.Of(parameter, value, rate));
    }
}
