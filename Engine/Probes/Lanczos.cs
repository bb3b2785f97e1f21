using MathNet.Numerics.LinearAlgebra;

namespace GpuNN;

/// <summary>
/// Outermost eigenvalues of a symmetric matrix that is only multiplied with: q v_k+1 = A v_k - a_k v_k - q v_k-1 makes an orthonormal
/// basis in which A is tridiagonal, and the eigenvalues of that small matrix close in on those of A from within.
/// Source: Lanczos (1950), "An iteration method for the solution of the eigenvalue problem"; each direction is made orthogonal to all
/// earlier ones twice, because rounding undoes it otherwise (Parlett 1980).
/// </summary>
internal static class Lanczos
{
    /// <summary>A direction that is this much shorter than the matrix made it is nothing but rounding in single precision.</summary>
    private const double Nothing = 1e-6;

    /// <summary>The lowest and the highest eigenvalue.</summary>
    /// <param name="multiply">The product of the matrix with a direction of length 1.</param>
    /// <param name="start">The first direction, of any length above 0.</param>
    /// <param name="steps">Products to make, at most one a number of a direction.</param>
    public static EigenvalueRange Outermost(Func<double[], double[]> multiply, double[] start, int steps)
    {
        if (steps < 1)
            throw new ArgumentOutOfRangeException(nameof(steps), $"Lanczos: needs at least one step, but got {steps}.\nTry 40.");
        var build = Vector<double>.Build;
        var basis = new List<Vector<double>>();
        List<double> diagonal = [], beside = [];
        var next = build.Dense(start).Normalize(2);
        var scale = 0.0;
        for (var step = 0; step < Math.Min(steps, start.Length); step++)
        {
            basis.Add(next);
            var image = build.Dense(multiply(next.ToArray()));
            scale = Math.Max(scale, image.L2Norm());
            diagonal.Add(next * image);
            for (var time = 0; time < 2; time++)
                foreach (var earlier in basis)
                    image -= earlier * (earlier * image);
            var length = image.L2Norm();
            // The directions so far hold all that the matrix does to the first one.
            if (length <= Nothing * scale)
                break;
            beside.Add(length);
            next = image / length;
        }
        var values = Matrix<double>.Build.Dense(diagonal.Count, diagonal.Count, (row, c) =>
            row == c ? diagonal[row] : Math.Abs(row - c) == 1 ? beside[Math.Min(row, c)] : 0).Evd(Symmetricity.Symmetric).EigenValues;
        return new EigenvalueRange(values.Min(value => value.Real), values.Max(value => value.Real));
    }
}
