using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace GpuNN;

/// <summary>
/// Linear regression in closed form: y = x W + b with the smallest sum of squared errors, and of those the smallest weights, so that
/// columns which depend on each other do no harm.
/// Shapes: x (rows, inputs), W (inputs, outputs), b (outputs), y (rows, outputs). Numbers are doubles inside.
/// Source: Golub (1965), "Numerical methods for solving linear least squares problems". Learns by: an orthogonal factorisation.
/// </summary>
public sealed class LinearRegression
{
    // of the largest singular value; smaller ones are rounding errors of columns that depend on others
    private const double LeastSingular = 1e-10;
    private Matrix<double>? weights;

    /// <summary>Learns from samples with numbers to predict.</summary>
    /// <exception cref="InvalidDataException">The set is empty or has no numbers to predict.</exception>
    public void Fit(DataSet set)
    {
        if (set.Count == 0 || !set.HasTargets)
            throw new InvalidDataException($"LinearRegression: needs samples with numbers to predict, but got {set}.\nUse DataSet.WithTargets.");
        // Q R first: the singular values of the small R are those of the tall matrix. Rows of zeros change no sum of squares.
        var columns = (int)set.ItemShape.Elements + 1;
        var inputs = WithOnes(set, Math.Max(set.Count, columns));
        var targets = Matrix<double>.Build.Dense(inputs.RowCount, (int)set.TargetShape.Elements, (row, column) => row < set.Count ? set.Target(row)[column] : 0);
        var factors = inputs.QR(QRMethod.Thin);
        var singular = factors.R.Svd();
        var least = LeastSingular * singular.S[0];
        var inverse = singular.S.Map(value => value > least ? 1 / value : 0, Zeros.Include);
        weights = singular.VT.Transpose() * Matrix<double>.Build.DenseOfDiagonalVector(inverse) * singular.U.Transpose() * (factors.Q.Transpose() * targets);
    }

    /// <summary>The predictions for each sample, one after the other.</summary>
    /// <exception cref="InvalidOperationException">Fit was not called yet.</exception>
    /// <exception cref="InvalidDataException">Samples have other inputs than in Fit.</exception>
    public float[] Predict(DataSet set)
    {
        if (weights is null)
            throw new InvalidOperationException("LinearRegression: has learned nothing yet.\nCall Fit first.");
        if (set.ItemShape.Elements != weights.RowCount - 1)
            throw new InvalidDataException($"LinearRegression: was fitted to {weights.RowCount - 1} inputs, but got {set}.\nPrepare both sets in the same way.");
        return set.Count == 0 ? [] : [.. (WithOnes(set, set.Count) * weights).ToRowMajorArray().Select(value => (float)value)];
    }

    private static Matrix<double> WithOnes(DataSet set, int rows)
    {
        var width = (int)set.ItemShape.Elements;
        return Matrix<double>.Build.Dense(rows, width + 1, (row, column) => row >= set.Count ? 0 : column == width ? 1 : set.Item(row)[column]);
    }
}
