using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// What a classifier got wrong, the surest mistake first: a sheet of the first 64 pictures, with "4→9" below a 4 that was
/// taken for a 9, and beside it a table of all of them.
/// </summary>
public static class MistakeSheet
{
    private const int Shown = 64;
    private const int Columns = 8;
    private const int Zoom = 3;

    /// <summary>Writes NAME.png and NAME.csv. Without a mistake there is no picture and the table is empty.</summary>
    /// <param name="path">Folder and name of both files, without an ending.</param>
    /// <param name="test">Grey pictures with labels.</param>
    /// <param name="logits">The model's answer (count, classes).</param>
    /// <returns>The number of mistakes.</returns>
    public static int Write(string path, DataSet test, float[] logits)
    {
        var mistakes = Enumerable.Range(0, test.Count)
            .Select(item => (Item: item, Answer: Answer.Of(logits.AsSpan(item * test.Classes, test.Classes))))
            .Select(seen => new Mistake(seen.Item, test.Labels.Span[seen.Item], seen.Answer.Class, seen.Answer.Probability))
            .Where(answer => answer.Said != answer.True)
            .OrderByDescending(answer => answer.Probability)
            .ToList();

        File.WriteAllLines($"{path}.csv",
            ["item,true,predicted,probability", .. mistakes.Select(answer => string.Create(
                CultureInfo.InvariantCulture, $"{answer.Item},{answer.True},{answer.Said},{answer.Probability:0.0000}"))]);
        var shown = mistakes.Take(Shown).ToList();
        if (shown.Count > 0)
            ImageSheet.Write(
                $"{path}.png", shown.ConvertAll(answer => test.Item(answer.Item).ToArray()), test.ItemShape.Last, Columns, Zoom,
                shown.ConvertAll(answer => $"{answer.True}→{answer.Said}"));
        else
            File.Delete($"{path}.png");
        return mistakes.Count;
    }

    private readonly record struct Mistake(int Item, int True, int Said, double Probability);
}
