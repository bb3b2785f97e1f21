namespace GpuNN.Tests;

/// <summary>Samples cut out of a series, counted by hand.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class WindowsTests
{
    private static readonly double[] series = [0, 10, 20, 30, 40, 50, 60];

    [Test]
    public void All_windows_of_a_short_series()
    {
        var set = new Windows(lags: 3, horizon: 2).Cut(series);
        Assert.That(set.Inputs.ToArray(), Is.EqualTo(new float[] { 0, 10, 20, 10, 20, 30, 20, 30, 40 }));
        Assert.That(set.Targets.ToArray(), Is.EqualTo(new float[] { 30, 40, 40, 50, 50, 60 }));
        Assert.That((set.ItemShape, set.TargetShape), Is.EqualTo((Shape.Of(3), Shape.Of(2))));
    }

    [Test]
    public void Chosen_lags_and_steps_with_a_stride()
    {
        var windows = new Windows(lags: [3, 1, 0], ahead: [2]) { Stride = 2 };
        Assert.That(windows.Origins(series.Length), Is.EqualTo(new[] { 3 }));
        var set = windows.Cut([.. series, 70.0]);
        Assert.That(set.Inputs.ToArray(), Is.EqualTo(new float[] { 0, 20, 30, 20, 40, 50 }));
        Assert.That(set.Targets.ToArray(), Is.EqualTo(new float[] { 50, 70 }));
    }

    [Test]
    public void A_sequence_has_one_feature_and_the_newest_has_no_target()
    {
        var windows = new Windows(lags: 4) { AsSequence = true };
        Assert.That(windows.Cut(series).ItemShape, Is.EqualTo(Shape.Of(4, 1)));
        var newest = windows.Newest(series);
        Assert.That(newest.Inputs.ToArray(), Is.EqualTo(new float[] { 30, 40, 50, 60 }));
        Assert.That((newest.Count, newest.HasTargets, newest.ItemShape), Is.EqualTo((1, false, Shape.Of(4, 1))));
    }

    [Test]
    public void Chosen_origins()
    {
        var set = new Windows(lags: 1).Cut(series, first: 2, last: 4);
        Assert.That(set.Inputs.ToArray(), Is.EqualTo(new float[] { 20, 30, 40 }));
        Assert.That(() => new Windows(lags: 3).Cut(series, 1, 4), Throws.TypeOf<InvalidDataException>().With.Message.Contains("must lie in 2 to 5"));
        Assert.That(() => new Windows(lags: 3).Cut(series, 2, 6), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Just_long_enough_and_one_too_short()
    {
        Assert.That(new Windows(lags: 4, horizon: 3).Cut(series).Count, Is.EqualTo(1));
        Assert.That(() => new Windows(lags: 5, horizon: 3).Cut(series),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("8 values for one sample, 5 to see and 3 ahead, but the series has 7"));
        Assert.That(() => new Windows(lags: 8).Newest(series), Throws.TypeOf<InvalidDataException>().With.Message.Contains("8 known values"));
    }

    [Test]
    public void Windows_that_make_no_sense_are_refused()
    {
        Assert.That(() => new Windows(0), Throws.ArgumentException.With.Message.Contains("at least one lag"));
        Assert.That(() => new Windows(3, 0), Throws.ArgumentException.With.Message.Contains("at least one step ahead"));
        Assert.That(() => new Windows([1, 1], [1]), Throws.ArgumentException);
        Assert.That(() => new Windows([-1], [1]), Throws.ArgumentException);
        Assert.That(() => new Windows([0], [0]), Throws.ArgumentException);
        Assert.That(() => new Windows(3) { Stride = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
