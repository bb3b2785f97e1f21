using GpuNN.Kernels;

namespace GpuNN;

/// <summary>The same initialiser for the numbers of each place, which the last axes name, from a random stream of its own.</summary>
internal sealed record PerPlaceInit(Init Each, int Axes) : Init
{
    public override void Fill(Span<float> values, Shape shape, Philox stream)
    {
        if (shape.Rank < Axes)
            throw new ShapeException($"PerPlace: needs a shape of {Axes} axes or more, but got {shape}.\nName as many axes as the places have.");
        var of = Shape.Of(shape.Sizes[..^Axes]);
        var place = new float[of.Elements];
        var places = (int)shape.Skip(shape.Rank - Axes).Elements;
        for (var p = 0; p < places; p++)
        {
            Each.Fill(place, of, new Philox(stream.NextUInt(), (ulong)stream.NextUInt() << 32 | (uint)p));
            for (var i = 0; i < place.Length; i++)
                values[i * places + p] = place[i];
        }
    }
}
