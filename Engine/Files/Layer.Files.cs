namespace GpuNN;

public abstract partial class Layer
{
    /// <summary>
    /// Writes all parameters, those that are not trained included, under their paths into a safetensors file, whole or not at all.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="metadata">Text to keep with them, or null.</param>
    /// <exception cref="InvalidOperationException">A parameter has no values yet.</exception>
    /// <exception cref="IOException">The file could not be written; an old one is as before.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafeTensors.Write(path, Parameters.Select(parameter => new StoredTensor(parameter.Path, parameter.Shape, (ReadOnlyMemory<float>)parameter.ToArray())), metadata);

    /// <summary>
    /// Takes parameters from a safetensors file by their names. No device is needed: values wait on the host until one is. Strictly,
    /// nothing changes unless everything fits; otherwise what fits is taken and all else stays as it is, as when a trained body gets a
    /// new head. An optimiser that stepped these parameters before keeps its state: see <see cref="Optimiser.Forget"/>.
    /// Source of the use: Yosinski, Clune, Bengio and Lipson (2014), "How transferable are features in deep neural networks?".
    /// </summary>
    /// <param name="path">A file that <see cref="Save"/> wrote, or another with the same names and shapes.</param>
    /// <param name="strict">Whether all tensors of the file must be all parameters of the model.</param>
    /// <returns>What matched, and what did not.</returns>
    /// <exception cref="InvalidDataException">The file is foreign or damaged; or, strictly, tensors are missing, unexpected or of other
    /// shapes; or, not strictly, none fits.</exception>
    public LoadReport Load(string path, bool strict = true)
    {
        var file = SafeTensors.Read(path);
        var parameters = Parameters;
        var report = LoadReport.Of(parameters, file);
        if (strict && !report.IsComplete)
            throw new InvalidDataException(
                $"{GetType().Name}.Load: the tensors of {path} must be the model's {parameters.Count} parameters, but {report.Differences.Count} differ:\n{report.DifferenceText}\n" +
                "Build the model with the sizes and part names that it was saved with, or take what fits with strict: false.");
        if (parameters.Count > 0 && report.Matched.Count == 0)
            throw new InvalidDataException(
                $"{GetType().Name}.Load: needs at least one tensor of {path} that is a parameter of the model, but none is:\n{report.DifferenceText}\n" +
                "Compare the names: they begin with that of the part below the layer that is loaded.");
        var known = parameters.ToDictionary(parameter => parameter.Path);
        foreach (var name in report.Matched)
            known[name].Set(file.Find(name)!.Floats.Span);
        return report;
    }
}
