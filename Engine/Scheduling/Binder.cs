using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Turns steps into launches, those of a function and those of the body of a loop alike.</summary>
/// <param name="route">The device.</param>
/// <param name="site">The function.</param>
/// <param name="bind">
/// Gives the memory of tensors; with a step, that of its scratch memory behind them. It may change what is in the array later.
/// </param>
internal sealed class Binder(Route route, Site site, Func<Tensor[], Step?, View[]> bind)
{
    /// <summary>Scratch elements that a step needs.</summary>
    public static long WorkspaceOf(Step step, Route route, Site site) => step switch
    {
        KernelStep kernel => kernel.Operation.Workspace(route, WithoutMemory(kernel.Reads, kernel.Writes[0], site)),
        EndedStep ended => ((KernelOperation)ended.Product.Operation).Workspace(route, WithoutMemory(ended.Product.Inputs, ended.Product, site)),
        _ => 0,
    };

    /// <summary>A launch for each step.</summary>
    public List<Launch> LaunchesOf(List<Step> steps)
    {
        PointwiseKernel.Prepare(route, steps.Select(KernelOf).OfType<PointwiseKernel>());
        return steps.ConvertAll(LaunchOf);
    }

    private Launch LaunchOf(Step step) => step switch
    {
        KernelStep kernel => new KernelLaunch(kernel.Operation, OperandsOf(step, kernel.Reads, kernel.Writes[0], kernel.Writes[0].Shape)),
        ProgramStep program => new ProgramLaunch(PointwiseKernel.Compile(program.Program), bind([.. program.Reads], null), Constants(program),
            bind([.. program.Writes], null), program.Pattern.Outer, program.Pattern.Inner),
        EndedStep ended => Ended(ended),
        EffectStep effect => new EffectLaunch(effect.Effect, new Operands(
            [.. bind([.. effect.Reads], null), default, default], [.. effect.Reads.Select(read => read.Shape)], default, site)),
        _ => throw new InvalidOperationException($"No launch for {step.GetType().Name}."),
    };

    private Operands OperandsOf(Step step, IReadOnlyList<Tensor> reads, Tensor output, Shape shape) =>
        new(bind([.. reads, output], step), [.. reads.Select(read => read.Shape)], shape, site);

    // The product is written where the first output belongs, and the program reads it there.
    private EndedLaunch Ended(EndedStep step)
    {
        var program = step.End;
        var leaves = bind([.. program.Reads.Select(leaf => leaf == step.Product ? program.Writes[0] : leaf)], null);
        var operands = OperandsOf(step, step.Product.Inputs, program.Writes[0], step.Product.Shape);
        var end = new ProductEnd(PointwiseKernel.Compile(program.Program), leaves, Constants(program), bind([.. program.Writes], null),
            program.Pattern.Outer, program.Pattern.Inner);
        return new EndedLaunch((IEndedOperation)step.Product.Operation, operands, end);
    }

    private View Constants(ProgramStep program) => program.Constants.Length == 0 ? default : site.Constants.Keep(program.Constants);

    private static Operands WithoutMemory(IReadOnlyList<Tensor> reads, Node output, Site site) =>
        new(new View[reads.Count + 2], [.. reads.Select(read => read.Shape)], output.Shape, site);

    private static PointwiseKernel? KernelOf(Step step) => step switch
    {
        ProgramStep program => PointwiseKernel.Compile(program.Program).Fitting(program.Pattern.Outer, program.Pattern.Inner),
        EndedStep ended => PointwiseKernel.Compile(ended.End.Program),
        _ => null,
    };
}
