using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// What a node does: a shape rule and a gradient rule that returns more graph. Attributes are record parameters, so two
/// operations are equal when they do the same. One file each; adding one edits no list. An operation is a
/// <see cref="KernelOperation"/>, a <see cref="PointwiseOperation"/> or an <see cref="AliasOperation"/>.
/// </summary>
public abstract record Operation
{
    private protected Operation() { }

    /// <summary>The name in messages and plans.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>What the output's elements are.</summary>
    public virtual ElementKind Kind => ElementKind.Float;

    /// <summary>
    /// Whether <see cref="Gradient"/> also takes a gradient that only broadcasts to the output's shape, which saves
    /// writing out the many equal numbers of a mean's gradient.
    /// </summary>
    public virtual bool TakesBroadcastGradient => false;

    /// <summary>What it computes with: its inputs, less those that only its gradient rule needs.</summary>
    public virtual IReadOnlyList<Tensor> Operands(Node node) => node.Inputs;

    /// <summary>Shape of the output.</summary>
    /// <exception cref="ShapeException">The operands do not fit.</exception>
    public abstract Shape Infer(ReadOnlySpan<Shape> x);

    /// <summary>Throws where an operand has the wrong kind of element; by default all must be floats.</summary>
    public virtual void CheckKinds(ReadOnlySpan<Tensor> x)
    {
        for (var i = 0; i < x.Length; i++)
            if (x[i].Kind != ElementKind.Float)
                throw new ShapeException($"{Name}: needs float operands, but operand {i} holds integers: {x[i]}.\nUse Gather or OneHot to turn labels and indices into floats.");
    }

    /// <summary>
    /// The gradients of the loss by each operand, given that by the output, as more graph; null for an operand that has
    /// none. Each has its operand's shape or one that broadcasts to it. A rule never adds up over consumers.
    /// </summary>
    public abstract Tensor?[] Gradient(Node node, Tensor dy);
}

/// <summary>An operation with a kernel of its own.</summary>
public abstract record KernelOperation : Operation
{
    /// <summary>Floats of scratch memory that <see cref="Launch"/> needs.</summary>
    public virtual long Workspace(Route route, Operands at) => 0;

    /// <summary>Whether the plan has placed the operands so that the output is there already and nothing need run.</summary>
    public virtual bool IsDone(Operands at) => false;

    /// <summary>Queues the kernel.</summary>
    public abstract void Launch(Route route, Operands at);
}

/// <summary>An operation whose output is its first operand's memory, or a run of it, under another shape or meaning: nothing runs.</summary>
public abstract record AliasOperation : Operation
{
    /// <summary>Where in its operand's memory the output begins.</summary>
    public virtual long Offset => 0;

    /// <summary>Floats and integers alike: the output holds what the operand holds.</summary>
    public sealed override void CheckKinds(ReadOnlySpan<Tensor> x) { }
}
