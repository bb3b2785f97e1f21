namespace GpuNN;

/// <summary>
/// Share of the targets' variance that is explained: R2 = 1 - sum (a - y)^2 / sum (y - mean)^2. 1 is perfect, 0 is as good as the
/// mean alone, less is worse. Shapes: prediction a and target y the same.
/// </summary>
/// <param name="Mean">The mean of the targets that are judged, in their unit; 0 where they are standardised.</param>
public sealed record RSquared(double Mean = 0) : Metric
{
    /// <summary>R2 about the mean of a set's own targets.</summary>
    /// <exception cref="InvalidDataException">The set has no numbers to predict.</exception>
    public static RSquared For(DataSet set)
    {
        if (set.Targets.Length == 0)
            throw new InvalidDataException($"RSquared: needs numbers to predict, but the set has none: {set}.\nUse DataSet.WithTargets.");
        var sum = 0.0;
        foreach (var target in set.Targets.Span)
            sum += target;
        return new RSquared(sum / set.Targets.Length);
    }

    /// <inheritdoc/>
    public override string Name => "R2";

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target) => (prediction - target.Reshape(prediction.Shape)).Square().Sum();

    /// <inheritdoc/>
    public override Tensor Count(Tensor prediction, Tensor target) => (target - (float)Mean).Square().Sum();

    /// <inheritdoc/>
    public override double Finish(double mean) => 1 - mean;
}
