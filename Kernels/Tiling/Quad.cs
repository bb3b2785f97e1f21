namespace GpuNN.Kernels;

/// <summary>Four floats that a device moves at once: aligned to 16 bytes, one vector load or store.</summary>
/// <param name="x">The first.</param>
/// <param name="y">The second.</param>
/// <param name="z">The third.</param>
/// <param name="w">The fourth.</param>
public readonly struct Quad(float x, float y, float z, float w)
{
    /// <summary>Floats in a quad.</summary>
    public const int Width = 4;

    /// <summary>The first.</summary>
    public readonly float X = x;

    /// <summary>The second.</summary>
    public readonly float Y = y;

    /// <summary>The third.</summary>
    public readonly float Z = z;

    /// <summary>The fourth.</summary>
    public readonly float W = w;

    /// <summary>a x + c, element by element.</summary>
    public static Quad MultiplyAdd(float a, Quad x, Quad c) =>
        new(a * x.X + c.X, a * x.Y + c.Y, a * x.Z + c.Z, a * x.W + c.W);
}
