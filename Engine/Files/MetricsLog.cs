using System.Globalization;
using System.Text;

namespace GpuNN;

/// <summary>One line of a training run's figures. Units: seconds since the run began, over all its parts.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="TrainLoss">Mean loss over the training batches since the line before.</param>
/// <param name="ValidationLoss">Mean loss over the validation set, or null.</param>
/// <param name="Metric">The recipe's figure on the validation set, or null.</param>
/// <param name="LearningRate">Learning rate of the last step.</param>
/// <param name="Seconds">Time spent.</param>
public sealed record MetricsRow(
    long Step, int Epoch, double TrainLoss, double? ValidationLoss, double? Metric, double LearningRate, double Seconds);

/// <summary>
/// The figures of a run as a text of comma-separated values, a line at a time. Numbers are written so that reading gives the
/// same bits, with a point whatever the machine's language. A line that a kill cut short is left out when reading.
/// </summary>
public sealed class MetricsLog
{
    private const string Header = "step,epoch,train_loss,validation_loss,metric,learning_rate,seconds";
    private const int Fields = 7;

    /// <summary>The log at a path; nothing is written yet.</summary>
    public MetricsLog(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Adds a line, and the header where the file is new.</summary>
    /// <exception cref="IOException">The line could not be written; those before it stand.</exception>
    public void Append(MetricsRow row)
    {
        try
        {
            using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(Encoding.UTF8.GetBytes((file.Position == 0 ? Header + "\n" : "") + Line(row)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Could not add a line to {System.IO.Path.GetFullPath(Path)}: {exception.Message}\nMake room on the disk, or choose another folder.", exception);
        }
    }

    /// <summary>All lines; none where there is no file.</summary>
    /// <exception cref="InvalidDataException">A line is no line of this log.</exception>
    public IReadOnlyList<MetricsRow> Read()
    {
        if (!File.Exists(Path))
            return [];
        var text = File.ReadAllText(Path);
        var rows = new List<MetricsRow>();
        var lines = text.Split('\n');
        // What stands after the last line end is empty, or a line that was never finished.
        for (var at = 0; at < lines.Length - 1; at++)
            if (at == 0 ? lines[0] != Header : !TryParse(lines[at], rows))
                throw new InvalidDataException(
                    $"Metrics file {Path}, line {at + 1}: needs {(at == 0 ? $"the header {Header}" : $"{Fields} numbers")}, but has '{lines[at]}'.\n" +
                    "Another program wrote it: choose another folder, or remove the file.");
        return rows;
    }

    /// <summary>
    /// Leaves only the lines up to a checkpoint, so that a run that goes on from there writes none twice. The file is
    /// replaced whole or not at all.
    /// </summary>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="epoch">The epochs that were over: a checkpoint at the last step of an epoch was made before the epoch's line.</param>
    public void CutBack(long step, int epoch = int.MaxValue)
    {
        if (!File.Exists(Path))
            return;
        var text = new StringBuilder(Header).Append('\n');
        foreach (var row in Read())
            if (row.Step <= step && row.Epoch <= epoch)
                text.Append(Line(row));
        AtomicFile.WriteText(Path, text.ToString());
    }

    private static string Line(MetricsRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Step},{row.Epoch},{row.TrainLoss:R},{row.ValidationLoss:R},{row.Metric:R},{row.LearningRate:R},{row.Seconds:0.###}\n");

    private static bool TryParse(string line, List<MetricsRow> rows)
    {
        var fields = line.Split(',');
        if (fields.Length != Fields
            || !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !Number(fields[2], out var trainLoss) || !NumberOrNone(fields[3], out var validationLoss)
            || !NumberOrNone(fields[4], out var metric) || !Number(fields[5], out var rate) || !Number(fields[6], out var seconds))
            return false;
        rows.Add(new MetricsRow(step, epoch, trainLoss, validationLoss, metric, rate, seconds));
        return true;
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static bool NumberOrNone(string text, out double? value)
    {
        value = null;
        if (text.Length == 0)
            return true;
        var good = Number(text, out var number);
        value = number;
        return good;
    }
}
