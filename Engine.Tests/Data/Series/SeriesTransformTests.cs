namespace GpuNN.Tests;

/// <summary>A series changed, and what follows it changed back.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class SeriesTransformTests
{
    private static readonly double[] series = [3, 5, 4, 8, 9, 7, 12, 14, 10, 17];

    [Test]
    public void Differences_by_hand()
    {
        Assert.That(SeriesTransform.Difference().Forward([1, 4, 2]), Is.EqualTo(new double[] { 3, -2 }));
        Assert.That(SeriesTransform.Difference(2).Forward([1, 4, 2, 9]), Is.EqualTo(new double[] { 1, 5 }));
        Assert.That(SeriesTransform.Difference().Inverse([1, 4], [3, -2, 1]), Is.EqualTo(new double[] { 7, 5, 6 }));
        Assert.That(SeriesTransform.Difference(2).Inverse([5, 10, 20], [1, 2, 3]), Is.EqualTo(new double[] { 11, 22, 14 }), "10 + 1, 20 + 2, 11 + 3");
    }

    private static IEnumerable<SeriesTransform> Kinds =>
    [
        SeriesTransform.Chain(), SeriesTransform.Log(), SeriesTransform.Standard(), SeriesTransform.Difference(), SeriesTransform.Difference(3),
        SeriesTransform.Chain(SeriesTransform.Log(), SeriesTransform.Difference(3), SeriesTransform.Difference(), SeriesTransform.Standard()),
        SeriesTransform.Chain(SeriesTransform.Standard(), SeriesTransform.Chain(SeriesTransform.Difference(2))),
    ];

    // what is changed back is what the series did come to, if the forecast is what the changed series came to
    [Test]
    public void What_is_changed_comes_back([ValueSource(nameof(Kinds))] SeriesTransform transform, [Values(1, 3, 5)] int horizon)
    {
        var known = series.Length - horizon;
        transform.Fit(series.AsSpan(0, known));
        var changed = transform.Forward(series);
        Assert.That(changed, Has.Length.EqualTo(series.Length - transform.Lost));
        Assert.That(transform.Inverse(series.AsSpan(0, known), changed.AsSpan(changed.Length - horizon)), Is.EqualTo(series[known..]).Within(1e-9));
    }

    [Test]
    public void The_scale_is_that_of_the_training_part()
    {
        var standard = new SeriesStandard();
        standard.Fit([1, 3]);
        Assert.That((standard.Mean, standard.Deviation), Is.EqualTo((2.0, 1.0)));
        Assert.That(standard.Forward([1, 3, 1_002]), Is.EqualTo(new double[] { -1, 1, 1_000 }), "the last value was not seen");
    }

    [Test]
    public void A_constant_series_comes_back_as_its_constant()
    {
        var standard = SeriesTransform.Standard();
        standard.Fit([7, 7, 7]);
        Assert.That(standard.Forward([7, 7]), Is.EqualTo(new double[] { 0, 0 }));
        Assert.That(standard.Inverse([7], [0, 0]), Is.EqualTo(new double[] { 7, 7 }));
    }

    [Test]
    public void What_cannot_be_changed_is_refused()
    {
        Assert.That(() => SeriesTransform.Log().Forward([1, 0, 2]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("above 0, but value 1 is 0"));
        Assert.That(() => SeriesTransform.Log().Forward([-0.5]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("-0.5"));
        Assert.That(() => SeriesTransform.Difference(3).Forward([1, 2, 3]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("more than 3 values"));
        Assert.That(() => SeriesTransform.Difference(3).Inverse([1, 2], [0]), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => SeriesTransform.Difference(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => SeriesTransform.Standard().Forward([1]), Throws.InvalidOperationException);
        Assert.That(() => SeriesTransform.Standard().Fit([]), Throws.TypeOf<InvalidDataException>());
    }
}
