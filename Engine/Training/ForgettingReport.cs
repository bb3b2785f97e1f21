using System.Globalization;
using System.Text;

namespace GpuNN;

/// <summary>
/// What a model that learns tasks one after the other still knows of each: accuracies, a row after each task, and the forgetting of a
/// task F = its best accuracy so far - its accuracy now.
/// Source: McCloskey and Cohen (1989), "Catastrophic interference in connectionist networks"; the measure of Chaudhry et al. (2018).
/// </summary>
public sealed class ForgettingReport
{
    private readonly List<double[]> rows = [];

    /// <summary>Number of tasks that are measured; 0 before the first row.</summary>
    public int Tasks => rows.Count == 0 ? 0 : rows[0].Length;

    /// <summary>Accuracies of all tasks, a row for each task that was learned.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Rows => rows;

    /// <summary>Takes note of the accuracy on each task, those that are not learned yet included, after one more was learned.</summary>
    /// <param name="accuracies">A fraction for each task, always in the same order.</param>
    public void Add(IReadOnlyList<double> accuracies)
    {
        if (accuracies.Count == 0 || rows.Count > 0 && accuracies.Count != Tasks)
            throw new ArgumentException($"ForgettingReport: needs an accuracy for each task, {(rows.Count > 0 ? $"{Tasks} as before" : "at least one")}, but got {accuracies.Count}.\nMeasure all tasks each time.", nameof(accuracies));
        if (accuracies.Any(accuracy => !(accuracy >= 0 && accuracy <= 1)))
            throw new ArgumentException($"ForgettingReport: needs accuracies in [0, 1], but got {string.Join(", ", accuracies.Select(accuracy => accuracy.ToString(CultureInfo.InvariantCulture)))}.\nA task without test samples has none: leave it out.", nameof(accuracies));
        rows.Add([.. accuracies]);
    }

    /// <summary>The accuracy on a task now.</summary>
    public double Final(int task) => Last[task];

    /// <summary>The best accuracy on a task so far.</summary>
    public double Best(int task) => rows.Max(row => row[task]);

    /// <summary>F = best - final of a task, 0 or more.</summary>
    public double Forgetting(int task) => Best(task) - Final(task);

    /// <summary>The mean accuracy over all tasks now.</summary>
    public double MeanAccuracy => Last.Average();

    /// <summary>The mean forgetting over all tasks.</summary>
    public double MeanForgetting => Enumerable.Range(0, Last.Length).Average(Forgetting);

    private double[] Last => rows.Count > 0 ? rows[^1] : throw new InvalidOperationException("ForgettingReport: has no row yet.\nAdd the accuracies of all tasks after each that was learned.");

    /// <summary>The table in per cent: a row after each task, a column a task, then what was forgotten of each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line("", Enumerable.Range(1, Tasks).Select(task => $"task {task}"));
        for (var row = 0; row < rows.Count; row++)
            Line($"after {row + 1}", rows[row].Select(Percent));
        if (rows.Count > 0)
        {
            Line("forgotten", Enumerable.Range(0, Tasks).Select(task => Percent(Forgetting(task))));
            text.Append(CultureInfo.InvariantCulture, $"mean accuracy {Percent(MeanAccuracy)}, mean forgetting {Percent(MeanForgetting)}");
        }
        return text.ToString();

        void Line(string head, IEnumerable<string> cells) => text.Append(head.PadRight(10)).AppendJoin("", cells.Select(cell => cell.PadLeft(8))).Append('\n');

        static string Percent(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
