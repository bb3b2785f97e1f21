using System.Globalization;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The figures of a run, line by line.</summary>
public sealed class MetricsLogTests
{
    private TemporaryFolder folder = null!;
    private MetricsLog log = null!;

    private static readonly MetricsRow First = new(100, 1, 0.1 + 0.2, null, null, 1e-3, 1.5);
    private static readonly MetricsRow Second = new(200, 2, 1.0 / 3, 0.25, 0.98, 5e-4, 3.25);
    private static readonly MetricsRow Third = new(300, 3, double.NaN, double.PositiveInfinity, -1e-300, 0, 4);

    [SetUp]
    public void MakeLog() => log = new MetricsLog((folder = new TemporaryFolder())["metrics.csv"]);

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Lines_come_back_to_the_bit()
    {
        Assert.That(log.Read(), Is.Empty);
        foreach (var row in new[] { First, Second, Third })
            log.Append(row);
        Assert.That(log.Read(), Is.EqualTo(new[] { First, Second, Third }));
        Assert.That(File.ReadAllLines(log.Path)[..2], Is.EqualTo(new[]
        {
            "step,epoch,train_loss,validation_loss,metric,learning_rate,seconds", "100,1,0.30000000000000004,,,0.001,1.5",
        }));
    }

    [Test]
    public void Going_on_cuts_back_to_the_checkpoint()
    {
        foreach (var row in new[] { First, Second, Third })
            log.Append(row);
        log.CutBack(250);
        log.Append(Third);
        Assert.That(log.Read(), Is.EqualTo(new[] { First, Second, Third }));
        log.CutBack(0);
        Assert.That(log.Read(), Is.Empty);
        log.Append(First);
        Assert.That(log.Read(), Is.EqualTo(new[] { First }));
        new MetricsLog(folder["none.csv"]).CutBack(5);
        Assert.That(File.Exists(folder["none.csv"]), Is.False);
    }

    [Test]
    public void A_line_cut_by_a_kill_is_left_out_at_any_length()
    {
        log.Append(First);
        log.Append(Second);
        var whole = File.ReadAllText(log.Path);
        for (var length = 0; length < whole.Length; length += 5)
        {
            File.WriteAllText(log.Path, whole[..length]);
            log.CutBack(1000);
            log.Append(Third);
            Assert.That(log.Read()[^1], Is.EqualTo(Third));
            Assert.That(log.Read(), Has.Count.LessThanOrEqualTo(2));
        }
    }

    [Test]
    public void Another_programs_file_is_refused()
    {
        File.WriteAllText(log.Path, "a,b\n1,2\n");
        Assert.That(() => log.Read(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("line 1").And.Message.Contains("a,b"));
        File.WriteAllText(log.Path, "step,epoch,train_loss,validation_loss,metric,learning_rate,seconds\n1,x,0,0,0,0,0\n");
        Assert.That(() => log.CutBack(1), Throws.TypeOf<InvalidDataException>().With.Message.Contains("line 2"));
    }

    [Test]
    public void Numbers_have_a_point_in_every_language()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            log.Append(Second with { TrainLoss = -0.5 });
            Assert.That(log.Read()[0].TrainLoss, Is.EqualTo(-0.5));
            Assert.That(File.ReadAllText(log.Path), Does.Contain("-0.5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
