using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class ClipKernelTests
{
    // Three parameters with room between them.
    private static readonly int[] segments = [0, 35, 48, 1, 64, 6000];

    [Test]
    public void The_norm_leaves_the_room_between_parameters_out([Values(1f, 1e25f, 1e-25f)] float size)
    {
        var g = Gradients(size);
        var norm = Math.Sqrt(Segments(g).Sum(v => (double)v * v));
        KernelRoutes.Verify([norm, 1], 1e-6, at => Run(at, g, float.PositiveInfinity));
        KernelRoutes.Verify([norm, 0.5], 1e-6, at => Run(at, g, (float)(norm / 2)));
        KernelRoutes.Verify([norm, 1], 1e-6, at => Run(at, g, (float)(norm * 1.01)));
    }

    [Test]
    public void No_gradient_is_no_norm_and_a_NaN_shows()
    {
        KernelRoutes.Verify([0, 1], 0, at => Run(at, new float[6064], 1));
        var g = Gradients(1);
        g[100] = float.NaN;
        KernelRoutes.Verify([double.NaN, double.NaN], 0, at => Run(at, g, 1));
    }

    private static float[] Gradients(float size)
    {
        var g = Numbers.Uniform(6064, -size, size);
        for (var k = 0; k < g.Length; k++)
        {
            if (k is (>= 35 and < 48) or (> 48 and < 64))
                g[k] = float.NaN;
        }
        return g;
    }

    private static IEnumerable<float> Segments(float[] g) =>
        segments.Chunk(2).SelectMany(segment => g.Skip(segment[0]).Take(segment[1]));

    private static float[] Run(KernelMemory at, float[] g, float limit)
    {
        var scalars = at.Input(OptimiserScalars.Initial(1));
        var workspace = at.Output(ClipKernels.Workspace(segments.Length / 2));
        ClipKernels.Run(at.Route, at.Input(g), at.Input(segments), workspace, scalars, segments.Length / 2, limit);
        var after = OptimiserScalars.In(at.Read(scalars));
        return [after.GradientNorm, after.ClipScale];
    }
}
