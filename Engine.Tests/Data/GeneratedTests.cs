using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The small tasks that the program makes itself.</summary>
public sealed class GeneratedTests
{
    [Test]
    public void Xor_is_one_where_the_inputs_differ()
    {
        for (var row = 0; row < 4; row++)
        {
            var differ = Xor.Numbers.Item(row)[0] != Xor.Numbers.Item(row)[1];
            Assert.That(Xor.Numbers.Target(row)[0], Is.EqualTo(differ ? 1 : 0));
            Assert.That(Xor.Labels.Labels.Span[row], Is.EqualTo(differ ? 1 : 0));
        }
    }

    [Test]
    public void Spirals_are_the_points_of_Lang_and_Witbrock()
    {
        var train = Spirals.Train;
        Assert.That(train.Count, Is.EqualTo(194));
        Assert.That(train.Labels.ToArray().Sum(), Is.EqualTo(97));
        // i = 0: angle 0, radius 6.5. i = 8: angle pi / 2, radius 6. i = 96: angle 6 pi, radius 0.5.
        Assert.That(train.Item(1).ToArray(), Is.EqualTo(new[] { 0, 6.5f }).Within(1e-6f));
        Assert.That(train.Item(0).ToArray(), Is.EqualTo(new[] { 0, -6.5f }).Within(1e-6f));
        Assert.That(train.Item(17).ToArray(), Is.EqualTo(new[] { 6f, 0 }).Within(1e-6f));
        Assert.That(train.Item(193).ToArray(), Is.EqualTo(new[] { 0, 0.5f }).Within(1e-6f));
        for (var row = 0; row < 194; row++)
            Assert.That(Math.Sqrt(Math.Pow(Spirals.Test.Item(row)[0], 2) + Math.Pow(Spirals.Test.Item(row)[1], 2)),
                Is.EqualTo(6.5 * (103.5 - row / 2) / 104).Within(1e-5));
    }

    [Test]
    public void Circles_are_a_disc_and_a_ring_filled_evenly()
    {
        var train = Circles.Draw(train: 20_000, test: 0).Train;
        double[] radii = [.. Enumerable.Range(0, train.Count).Select(row => Math.Sqrt(Math.Pow(train.Item(row)[0], 2) + Math.Pow(train.Item(row)[1], 2)))];
        double[] disc = [.. radii.Where((_, row) => train.Labels.Span[row] == 0)], ring = [.. radii.Where((_, row) => train.Labels.Span[row] == 1)];
        Assert.Multiple(() =>
        {
            Assert.That(disc, Has.Length.EqualTo(ring.Length).And.All.LessThan(1 + 1e-6));
            Assert.That(ring, Is.All.InRange(2 - 1e-6, 3 + 1e-6));
            // half of the area lies within r^2 = 1/2, and within r^2 = 4 + 5/2
            Assert.That(disc.Count(r => r * r < 0.5) / (double)disc.Length, Is.EqualTo(0.5).Within(0.025), "5 sigma of 10,000 throws");
            Assert.That(ring.Count(r => r * r < 6.5) / (double)ring.Length, Is.EqualTo(0.5).Within(0.025));
            for (var quarter = 0; quarter < 4; quarter++)
                Assert.That(Enumerable.Range(0, train.Count).Count(row => (train.Item(row)[0] > 0, train.Item(row)[1] > 0) == (quarter % 2 == 0, quarter / 2 == 0)) / (double)train.Count,
                    Is.EqualTo(0.25).Within(0.016));
        });
    }

    [Test]
    public void Parity_has_every_row_once_and_is_odd_where_one_bit_flips()
    {
        var rows = Parity.Rows(5);
        Assert.That(rows.Count, Is.EqualTo(32));
        for (var row = 0; row < 32; row++)
        {
            Assert.That(rows.Item(row).ToArray(), Is.EqualTo(Enumerable.Range(0, 5).Select(bit => (float)(row >> bit & 1))));
            Assert.That(rows.Target(row)[0], Is.EqualTo(int.PopCount(row) % 2));
        }
        Assert.That(Parity.Rows(2).Targets.ToArray(), Is.EqualTo(new[] { 0f, 1, 1, 0 }), "exclusive or");
        Assert.That(() => Parity.Rows(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 20 bits"));
    }

    [Test]
    public void Friedman_has_its_known_variance_and_noise()
    {
        var clean = Friedman.Draw(train: 50_000, test: 0, noise: 0).Train.Targets.ToArray();
        var noisy = Friedman.Draw(train: 50_000, test: 0).Train.Targets.ToArray();
        Assert.That(Variance(clean), Is.EqualTo(23.82).Within(0.6));
        Assert.That(Variance([.. noisy.Zip(clean, (a, b) => a - b)]), Is.EqualTo(1).Within(0.04));
    }

    [Test]
    public void Sinc_is_noisy_to_train_on_and_clean_to_test()
    {
        var (train, test) = Sinc.Draw();
        Assert.That((train.Count, test.Count), Is.EqualTo((5000, 5000)));
        double noise = 0;
        for (var row = 0; row < train.Count; row++)
        {
            double x = train.Item(row)[0];
            Assert.That(x, Is.InRange(-10, 10));
            noise = Math.Max(noise, Math.Abs(train.Target(row)[0] - Math.Sin(x) / x));
            x = test.Item(row)[0];
            Assert.That(test.Target(row)[0], Is.EqualTo(Math.Sin(x) / x).Within(1e-6));
        }
        Assert.That(noise, Is.InRange(0.19, 0.2 + 1e-6));
    }

    [Test]
    public void Friedmans_function_can_be_asked_for()
    {
        var clean = Friedman.Draw(train: 50, test: 0, noise: 0).Train;
        Assert.That(Friedman.Exactly(clean), Is.EqualTo(clean.Targets.ToArray()));
        Assert.That(Friedman.Exactly(DataSet.Of([0.5f, 1, 0, 1, 1, 0, 0, 0, 0, 0], [Friedman.Inputs]))[0], Is.EqualTo(10 + 5 + 10 + 5).Within(1e-5f));
    }

    [Test]
    public void Rents_have_gaps_categories_and_columns_that_tell_nothing()
    {
        var table = Rents.Draw(count: 2_000, seed: 1);
        Assert.That(TableProfile.Of(table).Columns.Where(column => !column.IsUsable).Select(column => (column.Column.Name, column.Role)), Is.EqualTo(new[]
        {
            ("id", ColumnRole.Identifier), ("street", ColumnRole.Text), ("country", ColumnRole.Constant),
        }));
        Assert.That(table["year"].Gaps, Is.EqualTo(400).Within(60));
        Assert.That(table["heating"].Gaps, Is.EqualTo(100).Within(35));
        Assert.That(table["district"].Levels, Has.Count.EqualTo(5));
        Assert.That(Rents.Draw(3, 1)["rent"].Numbers.ToArray(), Is.EqualTo(table["rent"].Numbers[..3].ToArray()));
        Assert.That(Rents.Draw(3, 2)["rent"].Numbers.ToArray(), Is.Not.EqualTo(table["rent"].Numbers[..3].ToArray()));

        var (clean, noisy) = (Rents.Draw(4_000, noise: 0)["rent"].Numbers.ToArray(), Rents.Draw(4_000)["rent"].Numbers.ToArray());
        Assert.That(Math.Sqrt(noisy.Zip(clean, (a, b) => (a - b) * (a - b)).Average()), Is.EqualTo(30).Within(1.5));
    }

    [Test]
    public void A_sample_depends_on_seed_and_index_alone()
    {
        Assert.That(Circles.Draw(5, 5, 2).Train.Inputs.ToArray(), Is.EqualTo(Circles.Draw(9, 3, 2).Train.Take(5).Inputs.ToArray()));
        Assert.That(Circles.Draw(5, 5, 2).Test.Inputs.ToArray(), Is.Not.EqualTo(Circles.Draw(5, 5, 2).Train.Inputs.ToArray()));
        Assert.That(Friedman.Draw(5, 5, 2).Train.Inputs.ToArray(), Is.EqualTo(Friedman.Draw(9, 3, 2).Train.Take(5).Inputs.ToArray()));
        Assert.That(Sinc.Draw(5, 5, 2).Test.Inputs.ToArray(), Is.EqualTo(Sinc.Draw(2, 9, 2).Test.Take(5).Inputs.ToArray()));
        Assert.That(Sinc.Draw(5, 5, 2).Test.Inputs.ToArray(), Is.Not.EqualTo(Sinc.Draw(5, 5, 2).Train.Inputs.ToArray()));
        Assert.That(Sinc.Draw(5, 5, 2).Test.Inputs.ToArray(), Is.Not.EqualTo(Sinc.Draw(5, 5, 3).Test.Inputs.ToArray()));
    }

    private static double Variance(float[] values)
    {
        var mean = values.Average(value => (double)value);
        return values.Average(value => (value - mean) * (value - mean));
    }
}
