namespace GpuNN;

/// <summary>What became of each parameter of a model and each tensor of a file when one was loaded from the other, by name.</summary>
public sealed class LoadReport
{
    /// <summary>How many differences a message lists.</summary>
    private const int MostListed = 12;

    private LoadReport(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Parameters that have their values from the file.</summary>
    public IReadOnlyList<string> Matched { get; private init; } = [];

    /// <summary>Parameters that the file does not have.</summary>
    public IReadOnlyList<string> Missing { get; private init; } = [];

    /// <summary>Tensors of the file that the model does not have.</summary>
    public IReadOnlyList<string> Unexpected { get; private init; } = [];

    /// <summary>Parameters that the file has in another shape, or as integers.</summary>
    public IReadOnlyList<string> Reshaped { get; private init; } = [];

    /// <summary>A line for each name that did not match: what is wrong, and the shapes.</summary>
    public IReadOnlyList<string> Differences { get; private init; } = [];

    /// <summary>Whether everything matched.</summary>
    public bool IsComplete => Differences.Count == 0;

    internal string DifferenceText =>
        string.Join('\n', Differences.Take(MostListed)) + (Differences.Count > MostListed ? $"\n... and {Differences.Count - MostListed} more" : "");

    /// <summary>Compares names and shapes.</summary>
    internal static LoadReport Of(IReadOnlyList<Parameter> parameters, SafeTensors file)
    {
        List<string> matched = [], missing = [], unexpected = [], reshaped = [], differences = [];
        foreach (var parameter in parameters)
            if (file.Find(parameter.Path) is not { } stored)
            {
                missing.Add(parameter.Path);
                differences.Add($"missing: {parameter.Path} {parameter.Shape}");
            }
            else if (stored.Shape != parameter.Shape || stored.Kind != ElementKind.Float)
            {
                reshaped.Add(parameter.Path);
                differences.Add($"reshaped: {parameter.Path} is {parameter.Shape} in the model, but {stored.Shape}{(stored.Kind == ElementKind.Int ? " of integers" : "")} in the file");
            }
            else
            {
                matched.Add(parameter.Path);
            }
        var known = parameters.Select(parameter => parameter.Path).ToHashSet();
        foreach (var stored in file.Tensors.Where(stored => !known.Contains(stored.Name)))
        {
            unexpected.Add(stored.Name);
            differences.Add($"unexpected: {stored.Name} {stored.Shape}");
        }
        return new LoadReport(file.Path) { Matched = matched, Missing = missing, Unexpected = unexpected, Reshaped = reshaped, Differences = differences };
    }

    /// <summary>How many matched, and a line for each that did not.</summary>
    public override string ToString() =>
        $"{Path}: {Matched.Count} matched, {Missing.Count} missing, {Reshaped.Count} reshaped, {Unexpected.Count} unexpected" +
        string.Concat(Differences.Select(difference => $"\n{difference}"));
}
