using GpuNN.Kernels;

namespace GpuNN;

/// <summary>One launch of a function before it has memory: what it reads, what it writes.</summary>
internal abstract class Step
{
    /// <summary>Tensors in memory that it needs.</summary>
    public abstract IReadOnlyList<Tensor> Reads { get; }

    /// <summary>Nodes it computes.</summary>
    public abstract IReadOnlyList<Node> Writes { get; }

    /// <summary>Name in plans and messages.</summary>
    public abstract string Name { get; }

    /// <summary>Where in the model.</summary>
    public virtual string Place => Writes.Count > 0 ? Writes[0].Place : "";
}

/// <summary>A kernel of its own.</summary>
internal sealed class KernelStep(Node node) : Step
{
    public KernelOperation Operation { get; } = (KernelOperation)node.Operation;

    public override IReadOnlyList<Tensor> Reads { get; } = node.Operation.Operands(node);

    public override IReadOnlyList<Node> Writes { get; } = [node];

    public override string Name => Operation.Name;
}

/// <summary>A group of pointwise nodes as one program.</summary>
internal sealed class ProgramStep : Step
{
    public ProgramStep(PointwiseProgram program, Tensor[] leaves, float[] constants, Node[] outputs, Broadcasting pattern)
    {
        Program = program;
        Reads = leaves;
        Constants = constants;
        Writes = outputs;
        Pattern = pattern;
    }

    public PointwiseProgram Program { get; }

    public float[] Constants { get; }

    public Broadcasting Pattern { get; }

    public override IReadOnlyList<Tensor> Reads { get; }

    public override IReadOnlyList<Node> Writes { get; }

    public override string Name => string.Join(" ", Program.Lines.Select(line => line.Part == PointwisePart.Slope ? $"{ShortName(line.Function)}'" : ShortName(line.Function)));

    private static string ShortName(Type function) => function.Name.Split('`')[0];
}

/// <summary>A kernel with a pointwise program run on its output while that is in cache.</summary>
internal sealed class EndedStep : Step
{
    public EndedStep(Node product, ProgramStep end)
    {
        Product = product;
        End = end;
        Reads = [.. product.Inputs, .. end.Reads.Where(leaf => leaf != product)];
    }

    public Node Product { get; }

    public ProgramStep End { get; }

    public override IReadOnlyList<Tensor> Reads { get; }

    public override IReadOnlyList<Node> Writes => End.Writes;

    public override string Name => $"{Product.Operation.Name} {End.Name}";
}

/// <summary>An effect at the end of the run.</summary>
internal sealed class EffectStep(Effect effect) : Step
{
    public Effect Effect { get; } = effect;

    public override IReadOnlyList<Tensor> Reads => Effect.Reads;

    public override IReadOnlyList<Node> Writes => [];

    public override string Name => Effect.Name;
}
