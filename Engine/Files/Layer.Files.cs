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
    /// Takes all parameters from a safetensors file. No device is needed: values wait on the host until one is. Nothing
    /// changes unless everything fits.
    /// </summary>
    /// <param name="path">A file that <see cref="Save"/> wrote, or another with the same names and shapes.</param>
    /// <exception cref="InvalidDataException">The file is foreign or damaged, or tensors are missing, unexpected or of other shapes.</exception>
    public void Load(string path)
    {
        var file = SafeTensors.Read(path);
        var parameters = Parameters;
        var known = parameters.ToDictionary(parameter => parameter.Path);
        var wrong = new List<string>();
        foreach (var parameter in parameters)
            if (file.Find(parameter.Path) is not { } stored)
                wrong.Add($"missing: {parameter.Path} {parameter.Shape}");
            else if (stored.Shape != parameter.Shape || stored.Kind != ElementKind.Float)
                wrong.Add($"reshaped: {parameter.Path} is {parameter.Shape} in the model, but {stored.Shape}{(stored.Kind == ElementKind.Int ? " of integers" : "")} in the file");
        foreach (var stored in file.Tensors)
            if (!known.ContainsKey(stored.Name))
                wrong.Add($"unexpected: {stored.Name} {stored.Shape}");
        if (wrong.Count > 0)
            throw new InvalidDataException(
                $"{GetType().Name}.Load: the tensors of {path} must be the model's {parameters.Count} parameters, but {wrong.Count} differ:\n" +
                $"{string.Join('\n', wrong.Take(MostListed))}{(wrong.Count > MostListed ? $"\n... and {wrong.Count - MostListed} more" : "")}\n" +
                "Build the model with the sizes and part names that it was saved with.");
        foreach (var parameter in parameters)
            parameter.Set(file.Find(parameter.Path)!.Floats.Span);
    }

    /// <summary>How many differences a message lists.</summary>
    private const int MostListed = 12;
}
