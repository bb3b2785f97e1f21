namespace GpuNN.Cli;

/// <summary>
/// Images that fool a classifier, in threes: the image, what was added (grey is nothing, white and black are epsilon more and less),
/// and the sum. Below the first and the last stand the class that the model sees and how sure it is, in percent.
/// </summary>
public static class FooledSheet
{
    private const int Shown = 18;
    private const int Columns = 9;
    private const int Zoom = 3;

    /// <summary>Writes the first images that the model gets right before and wrong after. Without one there is no picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clean">Grey pictures with labels.</param>
    /// <param name="changed">The same after an attack.</param>
    /// <param name="cleanLogits">The model's answers to the pictures (count, classes).</param>
    /// <param name="changedLogits">Its answers to the changed ones.</param>
    /// <param name="epsilon">The greatest change.</param>
    /// <returns>How many pictures fool the model.</returns>
    public static int Write(string path, DataSet clean, DataSet changed, float[] cleanLogits, float[] changedLogits, float epsilon)
    {
        Answer Of(float[] logits, int row) => Answer.Of(logits.AsSpan(row * clean.Classes, clean.Classes));
        int[] fooled = [.. Enumerable.Range(0, clean.Count).Where(row =>
            Of(cleanLogits, row).Class == clean.Labels.Span[row] && Of(changedLogits, row).Class != clean.Labels.Span[row])];
        if (fooled.Length == 0)
        {
            File.Delete(path);
            return 0;
        }
        int[] shown = [.. fooled.Take(Shown)];
        ImageSheet.Write(
            path,
            [.. shown.SelectMany(row => new[] { clean.Item(row).ToArray(), Difference(clean.Item(row), changed.Item(row), epsilon), changed.Item(row).ToArray() })],
            clean.ItemShape.Last, Columns, Zoom,
            [.. shown.SelectMany(row => new[] { Of(cleanLogits, row).ToString(), "", Of(changedLogits, row).ToString() })]);
        return fooled.Length;
    }

    private static float[] Difference(ReadOnlySpan<float> clean, ReadOnlySpan<float> changed, float epsilon)
    {
        var difference = new float[clean.Length];
        for (var i = 0; i < difference.Length; i++)
            difference[i] = 0.5f + (changed[i] - clean[i]) / (2 * epsilon);
        return difference;
    }
}
