namespace GpuNN.Tests;

/// <summary>How much is forgotten: the measure by hand, the table, and what it refuses.</summary>
[Notes("8.1.4", "Catastrophic interference")]
public sealed class ForgettingReportTests
{
    private static ForgettingReport Report()
    {
        var report = new ForgettingReport();
        report.Add([0.9, 0.1, 0.2]);
        report.Add([0.6, 0.95, 0.1]);
        report.Add([0.7, 0.5, 1]);
        return report;
    }

    [Test]
    public void Forgetting_is_the_best_less_the_final_accuracy()
    {
        var report = Report();
        Assert.That(Enumerable.Range(0, 3).Select(report.Forgetting), Is.EqualTo(new[] { 0.2, 0.45, 0 }).Within(1e-12));
        Assert.That((report.Best(0), report.Final(0)), Is.EqualTo((0.9, 0.7)));
        Assert.That(report.MeanAccuracy, Is.EqualTo(2.2 / 3).Within(1e-12));
        Assert.That(report.MeanForgetting, Is.EqualTo(0.65 / 3).Within(1e-12));
    }

    [Test]
    public void The_table_reads_as_a_matrix() => Assert.That(Report().ToString(), Is.EqualTo(
        """
                    task 1  task 2  task 3
        after 1       90.0    10.0    20.0
        after 2       60.0    95.0    10.0
        after 3       70.0    50.0   100.0
        forgotten     20.0    45.0     0.0
        mean accuracy 73.3, mean forgetting 21.7
        """.ReplaceLineEndings("\n")));

    [Test]
    public void Rows_that_do_not_fit_are_refused()
    {
        Assert.That(() => Report().Add([0.5, 0.5]), Throws.ArgumentException.With.Message.Contains("3 as before"));
        Assert.That(() => new ForgettingReport().Add([]), Throws.ArgumentException.With.Message.Contains("at least one"));
        Assert.That(() => new ForgettingReport().Add([double.NaN]), Throws.ArgumentException.With.Message.Contains("NaN"));
        Assert.That(() => new ForgettingReport().MeanAccuracy, Throws.InvalidOperationException.With.Message.Contains("no row yet"));
    }
}
