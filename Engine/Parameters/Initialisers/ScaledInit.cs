using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Which fan of a shape sets the variance.</summary>
internal enum Fan
{
    /// <summary>Numbers that come in to a unit.</summary>
    In,

    /// <summary>The mean of those that come in and those that go out.</summary>
    Average,
}

/// <summary>Mean 0 and variance scale / fan, normal or uniform.</summary>
internal sealed record ScaledInit(Fan Fan, double Scale, bool Uniform) : Init
{
    public override void Fill(Span<float> values, Shape shape, Philox stream)
    {
        var (fanIn, fanOut) = Fans(shape);
        var fan = Fan == Fan.In ? fanIn : (fanIn + fanOut) / 2;
        // Without inputs there is nothing to scale by; the shape is empty then, unless only the outputs are left.
        var deviation = fan > 0 ? Math.Sqrt(Scale / fan) : 0;
        if (Uniform)
            new UniformInit(-deviation * Math.Sqrt(3), deviation * Math.Sqrt(3)).Fill(values, shape, stream);
        else
            new NormalInit(deviation).Fill(values, shape, stream);
    }

    /// <summary>Numbers that come in to a unit and that go out of one.</summary>
    internal static (double In, double Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
            return (shape.Elements, shape.Elements);
        var window = (double)shape.Skip(2).Elements;
        return shape.Rank == 2 ? (shape[0], shape[1]) : (shape[1] * window, shape[0] * window);
    }
}
