using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Scalers, the one-hot encoder and target transforms, against plain arithmetic in double precision.</summary>
public sealed class PreparingTests
{
    private static float[] Column(params float[] values) => values;

    [Test, Notes("2.1.1", "Feature normalisation")]
    public void Standardising_gives_mean_0_and_deviation_1_and_back()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 300).Select(at => (float)(at % 3 == 0 ? 1e8 + 8 * random.Next(10) : at % 3 == 1 ? random.NextDouble() : 7)).ToArray();
        var scaler = new StandardScaler();
        scaler.Fit(rows, 3);
        for (var column = 0; column < 3; column++)
        {
            double[] values = [.. rows.Where((_, at) => at % 3 == column).Select(value => (double)value)];
            Assert.That(scaler.Means[column], Is.EqualTo(values.Average()).Within(1e-12).Percent);
            Assert.That(scaler.Deviations[column], Is.EqualTo(Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)))).Within(1e-6).Percent.Or.EqualTo(0).Within(0));
        }
        var changed = rows.ToArray();
        scaler.Transform(changed);
        Assert.That(changed.Where((_, at) => at % 3 == 2), Is.All.Zero, "the constant column");
        Assert.That(changed.Where((_, at) => at % 3 == 1).Average(), Is.Zero.Within(1e-6));
        Assert.That(changed.Where((_, at) => at % 3 == 1).Average(value => (double)value * value), Is.EqualTo(1).Within(1e-6));
        scaler.Inverse(changed);
        for (var at = 0; at < rows.Length; at++)
            Assert.That(changed[at], Is.EqualTo(rows[at]).Within(1e-7f * MathF.Max(1, rows[at])));
    }

    [Test]
    public void Missing_numbers_are_left_out_and_stay()
    {
        var rows = Column(1, float.NaN, 3, float.NaN, float.NaN, float.NaN);
        var standard = new StandardScaler();
        standard.Fit(rows, 2);
        Assert.That(standard.Means, Is.EqualTo(new double[] { 2, 0 }));
        Assert.That(standard.Deviations, Is.EqualTo(new double[] { 1, 0 }));
        standard.Transform(rows);
        Assert.That(rows, Is.EqualTo(new[] { -1, float.NaN, 1, float.NaN, float.NaN, float.NaN }));
        var minMax = new MinMaxScaler();
        minMax.Fit(Column(float.NaN, 4, 2), 1);
        Assert.That((minMax.Least[0], minMax.Greatest[0]), Is.EqualTo((2.0, 4.0)));
    }

    [Test, Notes("2.1.1", "Feature normalisation")]
    public void Min_max_fills_the_range_and_goes_back()
    {
        var scaler = new MinMaxScaler(-1, 3);
        scaler.Fit(Column(10, 5, 20, 5, 15, 5), 2);
        var rows = Column(10, 5, 20, 5, 15, 5, 25, 6);
        scaler.Transform(rows);
        Assert.That(rows, Is.EqualTo(new float[] { -1, 1, 3, 1, 1, 1, 5, 1 }), "a later row may leave the range, a constant column is in the middle");
        scaler.Inverse(rows);
        Assert.That(rows, Is.EqualTo(new float[] { 10, 5, 20, 5, 15, 5, 25, 5 }));
        Assert.That(() => new MinMaxScaler(1, 1), Throws.ArgumentException);
        Assert.That(() => new MinMaxScaler(0, double.NaN), Throws.ArgumentException);
    }

    [Test, Notes("2.1.1", "Feature normalisation")]
    public void Outliers_do_not_move_robust_scaling()
    {
        // sorted 1 2 3 4 5 and an outlier: quartiles at places 1.25 and 3.75 of six values, 2.25 and 4.75, the median 3.5
        var rows = Column(3, 7, 1e6f, 7, 1, 7, 5, 7, 2, 7, float.NaN, 7, 4, 7);
        var scaler = new RobustScaler();
        scaler.Fit(rows, 2);
        Assert.That((scaler.Medians[0], scaler.Ranges[0]), Is.EqualTo((3.5, 2.5)));
        var changed = rows.ToArray();
        scaler.Transform(changed);
        Assert.That(changed[0], Is.EqualTo(-0.2f).Within(1e-6f));
        Assert.That(changed.Where((_, at) => at % 2 == 1), Is.All.Zero, "the constant column");
        Assert.That(changed[10], Is.NaN);
        scaler.Inverse(changed);
        Assert.That(changed, Is.EqualTo(rows).Within(1e-4f).Percent);
    }

    [Test]
    public void A_single_row_and_wrong_use_are_handled([Values("standard", "min-max", "robust")] string kind)
    {
        Preparation Fresh() => kind == "standard" ? new StandardScaler() : kind == "robust" ? new RobustScaler() : new MinMaxScaler();
        Assert.That(() => Fresh().Transform(new float[2]), Throws.InvalidOperationException.With.Message.Contains("Fit"));
        Assert.That(() => Fresh().Fit([], 2), Throws.TypeOf<InvalidDataException>().With.Message.Contains("at least one row"));
        Assert.That(() => Fresh().Fit(new float[3], 2), Throws.TypeOf<InvalidDataException>().With.Message.Contains("3 numbers"));
        Assert.That(() => Fresh().Fit(Column(1, 2, 3, float.NegativeInfinity), 2), Throws.TypeOf<InvalidDataException>().With.Message.Contains("column 1 of row 1"));
        var scaler = Fresh();
        scaler.Fit(Column(4, 5), 2);
        var row = Column(4, 5);
        scaler.Transform(row);
        Assert.That(row, Is.All.EqualTo(kind == "min-max" ? 0.5f : 0f));
        Assert.That(() => scaler.Transform(new float[3]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("2 columns"));
    }

    [Test]
    public void A_data_set_is_changed_by_what_the_training_part_taught()
    {
        var train = DataSet.WithLabels([0, 2, 4], [1], [0, 1, 1], 2);
        var test = DataSet.WithLabels([2, 6], [1], [1, 0], 2);
        var scaler = new MinMaxScaler();
        scaler.Fit(train);
        Assert.That(scaler.Transform(test).Inputs.ToArray(), Is.EqualTo(new[] { 0.5f, 1.5f }));
        Assert.That(scaler.Transform(test).Labels.ToArray(), Is.EqualTo(new[] { 1, 0 }));
    }

    [Test]
    public void What_was_learned_can_be_stored_as_text()
    {
        var rows = Column(1, 20, 3, 50, 4, 30.1f);
        foreach (var scaler in new Preparation[] { new StandardScaler(), new MinMaxScaler(0.1, 0.9), new RobustScaler() })
        {
            scaler.Fit(rows, 2);
            var back = Preparation.FromJson(scaler.ToJson());
            float[] one = [.. rows], other = [.. rows];
            scaler.Transform(one);
            back.Transform(other);
            Assert.That(other, Is.EqualTo(one));
            Assert.That(back.ToJson(), Is.EqualTo(scaler.ToJson()));
        }
        foreach (var foreign in new[] { "", "null", "{}", "{\"kind\":\"x\"}", "{\"kind\":\"standard\",\"Means\":[1],\"Deviations\":[]}" })
            Assert.That(() => Preparation.FromJson(foreign), Throws.TypeOf<InvalidDataException>());
    }

    [Test, Notes("1.1.4", "Dummies in neural networks")]
    public void One_hot_writes_levels_as_columns_and_reads_them_back()
    {
        string?[] colours = ["red", "blue", null, "red"], sizes = ["s", "s", "l", "m"];
        var encoder = new OneHotEncoder();
        encoder.Fit(("colour", colours), ("size", sizes));
        Assert.That(encoder.ColumnNames, Is.EqualTo(new[] { "colour=blue", "colour=red", "colour=missing", "size=l", "size=m", "size=s" }));
        var rows = encoder.Transform(colours, sizes);
        Assert.That(rows[..6], Is.EqualTo(new float[] { 0, 1, 0, 0, 0, 1 }));
        Assert.That(rows[12..18], Is.EqualTo(new float[] { 0, 0, 1, 1, 0, 0 }));
        Assert.That(encoder.Inverse(rows), Is.EqualTo(new[] { colours, sizes }));
        var stored = OneHotEncoder.FromJson(encoder.ToJson());
        Assert.That(stored.Transform(colours, sizes), Is.EqualTo(rows));
        Assert.That(() => OneHotEncoder.FromJson("{}"), Throws.TypeOf<InvalidDataException>());
    }

    [Test, Notes("1.1.4", "Dummies in neural networks")]
    public void Without_the_first_level_the_columns_and_a_bias_have_full_rank()
    {
        string?[] levels = ["a", "b", "c", "a", "b", "c"];
        foreach (var dropFirst in new[] { false, true })
        {
            var encoder = new OneHotEncoder(dropFirst: dropFirst);
            encoder.Fit(("x", levels));
            var rows = encoder.Transform(levels);
            var width = encoder.ColumnNames.Count;
            var withBias = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(6, width + 1, (row, column) => column == width ? 1 : rows[row * width + column]);
            Assert.That(width, Is.EqualTo(dropFirst ? 2 : 3));
            Assert.That(withBias.Rank(), Is.EqualTo(3), "full with two columns and a bias, deficient with three and a bias");
            Assert.That(encoder.Inverse(rows)[0], Is.EqualTo(levels));
        }
    }

    [Test]
    public void One_hot_handles_unknown_levels_gaps_and_names()
    {
        string?[] known = ["a", "b"], other = ["b", "z", null];
        var strict = new OneHotEncoder();
        Assert.That(() => strict.Transform(known), Throws.InvalidOperationException);
        strict.Fit(("x", known));
        Assert.That(() => strict.Transform(other), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'x'").And.Message.Contains("'z' in row 1").And.Message.Contains("a, b"));
        Assert.That(() => strict.Transform(known, known), Throws.TypeOf<InvalidDataException>().With.Message.Contains("1 categories"));
        var lenient = new OneHotEncoder(UnknownLevel.Ignore);
        lenient.Fit(("x", known));
        Assert.That(lenient.Transform(other), Is.EqualTo(new float[] { 0, 1, 0, 0, 0, 0 }));
        Assert.That(lenient.Inverse(lenient.Transform(other))[0], Is.EqualTo(new[] { "b", null, null }));
        Assert.That(() => new OneHotEncoder(UnknownLevel.Ignore, dropFirst: true), Throws.ArgumentException);

        var single = new OneHotEncoder(dropFirst: true);
        single.Fit(("x", ["a", "a"]), ("y", known));
        Assert.That(single.ColumnNames, Is.EqualTo(new[] { "y=b" }), "a single level has no column");
        Assert.That(single.Inverse(single.Transform(["a"], ["b"])), Is.EqualTo(new string?[][] { ["a"], ["b"] }));

        Assert.That(() => new OneHotEncoder().Fit(("x", known), ("x", known)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'x'"));
        Assert.That(() => new OneHotEncoder().Fit(("x", ["missing", null])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("x=missing"));
        Assert.That(() => new OneHotEncoder().Fit(("x=a", ["b"]), ("x", ["a=b"])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("x=a=b"));
        Assert.That(() => new OneHotEncoder().Fit(("x", [])), Throws.TypeOf<InvalidDataException>());
    }

    [Test, Notes("1.3.1", "Introduction")]
    public void Target_transforms_are_undone_by_their_inverse()
    {
        var set = DataSet.WithTargets(new float[7], [1], [-3, -1.5f, -0.25f, 0, 1, 2.5f, 3], [1]);
        foreach (var transform in new[] { TargetTransform.Logistic(), TargetTransform.Logistic(-2, 5, 0.5), TargetTransform.MinMax(), TargetTransform.MinMax(-5, 5, -1, 1), TargetTransform.Standard() })
        {
            transform.Fit(set);
            foreach (var way in new[] { transform, TargetTransform.FromJson(transform.ToJson()) })
            {
                var targets = way.Transform(set).Targets.ToArray();
                Assert.That(targets, Is.Not.EqualTo(set.Targets.ToArray()));
                way.Inverse(targets);
                Assert.That(targets, Is.EqualTo(set.Targets.ToArray()).Within(1e-5f));
            }
        }
    }

    [Test, Notes("1.3.1", "Introduction")]
    public void Bounded_targets_stay_strictly_inside()
    {
        var set = DataSet.WithTargets(new float[4], [1], [-1e20f, -30, 30, 1e20f], [1]);
        var transform = TargetTransform.Logistic(1, 2);
        Assert.That(transform.Transform(set).Targets.ToArray(), Is.All.GreaterThan(1f).And.All.LessThan(2f));
        float[] predictions = [1, 2, 0, 7];
        transform.Inverse(predictions);
        var most = Math.Log((1 << 24) - 1);
        Assert.That(predictions, Is.EqualTo(new[] { -most, most, -most, most }).Within(1e-4), "the logit of 0 and 1 is kept finite");
    }

    [Test]
    public void Target_transforms_handle_bounds_constants_and_columns()
    {
        var set = DataSet.WithTargets(new float[2], [1], [0, 7, 10, 7], [2]);
        var minMax = TargetTransform.MinMax();
        Assert.That(() => minMax.Transform(set), Throws.InvalidOperationException);
        minMax.Fit(set);
        var targets = minMax.Transform(set).Targets.ToArray();
        Assert.That(targets, Is.EqualTo(new[] { 0.1f, 0.5f, 0.9f, 0.5f }).Within(1e-6f));
        minMax.Inverse(targets);
        Assert.That(targets, Is.EqualTo(new float[] { 0, 7, 10, 7 }).Within(1e-5f));
        var standard = TargetTransform.Standard();
        Assert.That(() => standard.Transform(set), Throws.InvalidOperationException);
        standard.Fit(set);
        targets = standard.Transform(set).Targets.ToArray();
        Assert.That(targets, Is.EqualTo(new float[] { -1, 0, 1, 0 }), "the first column's mean and deviation are 5, the second is constant");
        standard.Inverse(targets);
        Assert.That(targets, Is.EqualTo(new float[] { 0, 7, 10, 7 }));
        Assert.That(() => standard.Inverse(new float[3]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("2 columns"));
        Assert.That(() => TargetTransform.MinMax(0, 9, 0, 1).Transform(set), Throws.TypeOf<InvalidDataException>().With.Message.Contains("0 to 9").And.Message.Contains("10"));
        Assert.That(() => TargetTransform.MinMax(3, 3, 0, 1), Throws.ArgumentException);
        Assert.That(() => TargetTransform.Logistic(1, 0), Throws.ArgumentException);
        Assert.That(() => TargetTransform.Logistic(0, 1, 0), Throws.ArgumentException);
        Assert.That(() => minMax.Fit(DataSet.Of([1], [1])), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => TargetTransform.Logistic().Transform(DataSet.Of([1], [1])), Throws.InvalidOperationException);
        Assert.That(() => TargetTransform.FromJson("{}"), Throws.TypeOf<InvalidDataException>());
    }
}
