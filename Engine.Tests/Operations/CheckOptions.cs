namespace GpuNN.Tests;

/// <summary>How an operation is checked.</summary>
internal sealed record CheckOptions
{
    /// <summary>Error of a value, relative to the largest of the tensor.</summary>
    public double Tolerance { get; init; } = 2e-6;

    /// <summary>Error of a gradient, likewise.</summary>
    public double GradientTolerance { get; init; } = 2e-5;

    /// <summary>Error of a gradient of a gradient, likewise.</summary>
    public double SecondTolerance { get; init; } = 1e-4;

    /// <summary>Least number that is fed.</summary>
    public double Low { get; init; } = -2;

    /// <summary>Greatest number that is fed.</summary>
    public double High { get; init; } = 2;

    /// <summary>Least and greatest number of single operands.</summary>
    public IReadOnlyDictionary<int, (double Low, double High)> Ranges { get; init; } = new Dictionary<int, (double, double)>();

    /// <summary>Operands that are integers, with their values.</summary>
    public IReadOnlyDictionary<int, int[]> Integers { get; init; } = new Dictionary<int, int[]>();

    /// <summary>Operands whose gradient is not asked for.</summary>
    public IReadOnlyList<int> Fixed { get; init; } = [];

    /// <summary>Whether the operation has a gradient; without one it counts as a constant.</summary>
    public bool Differentiable { get; init; } = true;

    /// <summary>Whether its gradient can be differentiated again; an operation that cannot refuses by name, which a test of its own shows.</summary>
    public bool SecondOrder { get; init; } = true;
}
