namespace GpuNN;

/// <summary>
/// Sentences in two languages, line by line: what a model that translates learns from. A part is two UTF-8 files of equally many lines,
/// named by part and language, such as <c>train.en</c> and <c>train.fr</c>, plain or as <c>train.en.gz</c>: the form of Multi30k.
/// Source: Elliott et al. (2016), "Multi30K: Multilingual English-German image descriptions".
/// </summary>
/// <param name="Sources">The sentences to translate.</param>
/// <param name="Targets">What each of them means in the other language.</param>
public sealed record ParallelCorpus(IReadOnlyList<string> Sources, IReadOnlyList<string> Targets)
{
    /// <summary>Number of pairs.</summary>
    public int Count => Sources.Count;

    /// <summary>Reads a part.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="part">Such as <c>train</c>, <c>val</c> or <c>test_2016_flickr</c>.</param>
    /// <param name="from">The language to translate from, as in the file's name.</param>
    /// <param name="to">The language to translate to.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">The files differ in their number of lines.</exception>
    public static ParallelCorpus Load(string folder, string part, string from = "en", string to = "fr")
    {
        var (sources, targets) = (Lines(folder, $"{part}.{from}"), Lines(folder, $"{part}.{to}"));
        return sources.Count == targets.Count ? new ParallelCorpus(sources, targets) : throw new InvalidDataException(
            $"ParallelCorpus: needs as many lines in {part}.{from} as in {part}.{to}, but got {sources.Count:N0} and {targets.Count:N0}.\nLoad the files again: line n of one is the translation of line n of the other.");
    }

    /// <summary>
    /// The pairs as tokens: the source with its end, and as the labels of each step the target with its end, both padded. A pair
    /// that is longer on a side is left out.
    /// Shapes: items (sourceSteps), labels (targetSteps).
    /// </summary>
    /// <param name="source">Turns sources into tokens.</param>
    /// <param name="target">Turns targets into tokens.</param>
    /// <param name="sourceSteps">Most tokens of a source, its end among them.</param>
    /// <param name="targetSteps">Most tokens of a target, its end among them.</param>
    public DataSet Encode(Vocabulary source, Vocabulary target, int sourceSteps, int targetSteps)
    {
        var (inputs, labels) = (new List<int[]>(), new List<int[]>());
        for (var row = 0; row < Count; row++)
        {
            int[] input = [.. source.Encode(Sources[row]), Vocabulary.End], label = [.. target.Encode(Targets[row]), Vocabulary.End];
            if (input.Length > sourceSteps || label.Length > targetSteps)
                continue;
            inputs.Add(input);
            labels.Add(label);
        }
        return DataSet.OfTokens(PaddedSequences.OfTokens(inputs, sourceSteps), [sourceSteps], source.Count)
            .Labelled(PaddedSequences.OfTokens(labels, targetSteps), target.Count, [targetSteps]);
    }

    private static List<string> Lines(string folder, string name)
    {
        string[] paths = [Path.Combine(folder, name), Path.Combine(folder, $"{name}.gz")];
        var path = Array.Find(paths, File.Exists) ?? throw new FileNotFoundException(
            $"ParallelCorpus: needs {name} or {name}.gz, but found neither in {Path.GetFullPath(folder)}.\nCheck the folder, the part and the language.", paths[0]);
        using var reader = new StreamReader(PlainOrGzip.OpenRead(path));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }
}
