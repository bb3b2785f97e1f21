namespace GpuNN;

/// <summary>The outermost eigenvalues of a symmetric matrix.</summary>
/// <param name="Lowest">The lowest.</param>
/// <param name="Highest">The highest.</param>
public readonly record struct EigenvalueRange(double Lowest, double Highest);
