using GpuNN.Kernels;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace GpuNN;

/// <summary>
/// The orthogonal factor of a Gaussian matrix, times the gain; the signs follow the diagonal of R, so that every
/// orthogonal matrix is equally likely. Source: Saxe et al. (2014); Mezzadri (2007) for the signs.
/// </summary>
internal sealed record OrthogonalInit : Init
{
    private readonly float gain;

    public OrthogonalInit(float gain) => this.gain = float.IsFinite(gain) ? gain : throw new ArgumentOutOfRangeException(
        nameof(gain), $"Orthogonal: the gain must be finite, but is {gain}.\nUse 1 for linear and tanh units, sqrt(2) for ReLU.");

    public override void Fill(Span<float> values, Shape shape, Philox stream)
    {
        if (shape.Rank < 2)
            throw new ShapeException($"Orthogonal: needs a shape of two axes or more, but got {shape}.\nUse Normal or Zeros for vectors.");
        if (values.Length == 0)
            return;
        var (rows, columns) = (shape[0], (int)shape.Skip(1).Elements);
        var (tall, thin) = (Math.Max(rows, columns), Math.Min(rows, columns));
        var gaussian = Matrix<double>.Build.Dense(tall, thin);
        for (var c = 0; c < thin; c++)
            for (var row = 0; row < tall; row++)
                gaussian[row, c] = stream.NextNormal();
        var factors = gaussian.QR(QRMethod.Thin);
        for (var row = 0; row < rows; row++)
            for (var c = 0; c < columns; c++)
            {
                var column = rows >= columns ? c : row;
                var sign = factors.R[column, column] < 0 ? -1 : 1;
                values[row * columns + c] = (float)(gain * sign * factors.Q[rows >= columns ? row : c, column]);
            }
    }
}
