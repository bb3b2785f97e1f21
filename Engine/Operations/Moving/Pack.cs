using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Several tensors one behind the other in one slab, each at a multiple of <see cref="ParameterStore.Alignment"/> elements:
/// the layout of parameters. The plan lets them be written there in the first place, so mostly nothing runs.
/// The room between them holds zeros or anything.
/// </summary>
public sealed record Pack() : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x)
    {
        long total = 0;
        foreach (var shape in x)
            total += ParameterStore.Room(shape.Elements);
        return Shape.Of(checked((int)total));
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) =>
        throw new NotSupportedException("Pack: an optimiser's step has no gradient.\nDifferentiate the loss itself, before Minimise.");

    /// <inheritdoc/>
    public override bool IsDone(Operands at)
    {
        long offset = 0;
        var done = true;
        for (var i = 0; i < at.Length; i++)
            done &= at[i].SameAs(Place(at, i, ref offset));
        return done;
    }

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        long offset = 0;
        for (var i = 0; i < at.Length; i++)
        {
            var place = Place(at, i, ref offset);
            if (!at[i].SameAs(place))
                route.Copy(at[i], place);
        }
    }

    private static View Place(Operands at, int part, ref long offset)
    {
        var elements = at.ShapeOf(part).Elements;
        var place = at.Output.Slice(offset, elements);
        offset += ParameterStore.Room(elements);
        return place;
    }
}
