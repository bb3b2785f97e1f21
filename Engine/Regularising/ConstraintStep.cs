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
    private readonly Parameter[] parameters;
    private readonly Optimiser optimiser;
    private readonly Parameter rate = new("rate", Shape.Scalar, Inits.Zeros, trainable: false);
    private readonly Parameter[] scales;
    private readonly float[] pushedScales;
    private readonly Function begin;
    private readonly Function step;
    private float pushedRate;

    /// <summary>A function that runs constraints.</summary>
    /// <param name="device">Where the parameters are trained.</param>
    /// <param name="parameters">What is learned; each constraint chooses from it.</param>
    /// <param name="constraints">What they are brought to, one after the other.</param>
    /// <param name="optimiser">Whose learning rate they see, each parameter's share of it; both may change between runs.</param>
    public ConstraintStep(Device device, IReadOnlyList<Parameter> parameters, IReadOnlyList<Constraint> constraints, Optimiser optimiser)
    {
        (this.parameters, this.optimiser) = ([.. parameters], optimiser);
        scales = [.. parameters.Select(parameter => new Parameter($"scale of {parameter.Path}", Shape.Scalar, Inits.Ones, trainable: false))];
        pushedScales = [.. parameters.Select(_ => 1f)];
        begin = device.Compile(graph => Record(graph, constraints.Where(constraint => constraint.IsProjection)), name: "constrain at first");
        step = device.Compile(graph => Record(graph, constraints), name: "constrain");
    }

    /// <summary>What is learned.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Brings the initial parameters into the sets of those constraints that are projections.</summary>
    public void Begin()
    {
        PushRates();
        begin.Run();
    }

    /// <summary>Brings the parameters back after a step.</summary>
    public void Run()
    {
        PushRates();
        step.Run();
    }

    private void PushRates()
    {
        if (optimiser.LearningRate != pushedRate)
        {
            pushedRate = optimiser.LearningRate;
            rate.Set([pushedRate]);
        }
        for (var i = 0; i < scales.Length; i++)
            if (parameters[i].RateScale != pushedScales[i])
            {
                pushedScales[i] = parameters[i].RateScale;
                scales[i].Set([pushedScales[i]]);
            }
    }

    private void Record(Graph graph, IEnumerable<Constraint> constraints)
    {
        graph.DependsOnTrainable(parameters);
        foreach (var constraint in constraints)
            foreach (var parameter in constraint.On.Among(parameters, constraint))
                graph.Update(parameter, value => constraint.Of(parameter, value, rate * scales[Array.IndexOf(parameters, parameter)]));
    }
}
