using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuNN;

/// <summary>
/// All that is needed to go on with a training, bit for bit: one safetensors file, with the small values as JSON in its metadata.
/// </summary>
internal sealed class Checkpoint
{
    private const string StateName = "gpunn.training";
    private const char Separator = '/';

    public required ulong Seed { get; init; }

    public required int Epoch { get; init; }

    public required int Batch { get; init; }

    public required long Step { get; init; }

    public required long FunctionSteps { get; init; }

    public required long EvaluationSteps { get; init; }

    public required int BatchSize { get; init; }

    public required int Samples { get; init; }

    public required float BaseRate { get; init; }

    public required float LearningRate { get; init; }

    public required double Seconds { get; init; }

    public required string? StopReason { get; init; }

    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    public Dictionary<string, StoredTensor> Model { get; } = [];

    public Dictionary<string, float[]> Optimiser { get; } = [];

    public Dictionary<string, float[]> Running { get; } = [];

    private Dictionary<string, SavedState> Parts { get; } = [];

    /// <summary>What a part of the training keeps; empty at first.</summary>
    public SavedState Part(string name)
    {
        if (!Parts.TryGetValue(name, out var part))
            Parts[name] = part = new SavedState();
        return part;
    }

    /// <summary>Throws where it belongs to another model or another order of samples.</summary>
    public void Check(Layer model, ulong seed, int batchSize, int samples)
    {
        var wrong = new List<string>();
        Compare("seed", Seed, seed);
        Compare("batch size", (ulong)BatchSize, (ulong)batchSize);
        Compare("number of training samples", (ulong)Samples, (ulong)samples);
        var parameters = model.Parameters;
        foreach (var parameter in parameters)
            if (!Model.TryGetValue(parameter.Path, out var stored))
                wrong.Add($"the model's {parameter.Path} {parameter.Shape} is missing in it");
            else if (stored.Shape != parameter.Shape)
                wrong.Add($"{parameter.Path} is {stored.Shape} in it, but {parameter.Shape} in the model");
        foreach (var name in Model.Keys.Except(parameters.Select(parameter => parameter.Path)))
            wrong.Add($"its {name} {Model[name].Shape} is not in the model");
        if (wrong.Count > 0)
            throw new InvalidDataException($"Checkpoint: must come from the same training, but {string.Join("; ", wrong)}.\nUse another folder, or go on with the settings it was made with.");

        void Compare(string what, ulong stored, ulong now)
        {
            if (stored != now)
                wrong.Add($"its {what} is {stored}, and that of this training {now}");
        }
    }

    public void Write(string path)
    {
        var tensors = new List<StoredTensor>();
        foreach (var (name, stored) in Model)
            tensors.Add(new StoredTensor($"model{Separator}{name}", stored.Shape, stored.Floats));
        Add("optimiser", Optimiser);
        Add("running", Running);
        foreach (var (name, part) in Parts)
            Add($"part{Separator}{name}", part.Tensors);
        var state = new JsonObject
        {
            ["seed"] = Seed,
            ["epoch"] = Epoch,
            ["batch"] = Batch,
            ["step"] = Step,
            ["function_steps"] = FunctionSteps,
            ["evaluation_steps"] = EvaluationSteps,
            ["batch_size"] = BatchSize,
            ["samples"] = Samples,
            ["base_rate"] = SavedNumber.Write(BaseRate),
            ["learning_rate"] = SavedNumber.Write(LearningRate),
            ["seconds"] = Seconds,
            ["stop_reason"] = StopReason,
            ["epochs"] = new JsonArray([.. Epochs.Select(SavedHistory.Write)]),
            ["parts"] = new JsonObject(Parts.Select(part => KeyValuePair.Create<string, JsonNode?>(part.Key, part.Value.Values.DeepClone()))),
        };
        SafeTensors.Write(path, tensors, new Dictionary<string, string> { [StateName] = state.ToJsonString() });

        void Add(string group, Dictionary<string, float[]> values)
        {
            foreach (var (name, numbers) in values)
                tensors.Add(new StoredTensor($"{group}{Separator}{name}", [numbers.Length], (ReadOnlyMemory<float>)numbers));
        }
    }

    /// <exception cref="InvalidDataException">The file is damaged, or no checkpoint.</exception>
    public static Checkpoint Read(string path)
    {
        var file = SafeTensors.Read(path);
        if (!file.Metadata.TryGetValue(StateName, out var text))
            throw new InvalidDataException($"Checkpoint {path}: needs the state of a training, but the file has none.\nIt holds only a model: load it with model.Load.");
        try
        {
            var state = JsonNode.Parse(text)!.AsObject();
            var checkpoint = new Checkpoint
            {
                Seed = state["seed"]!.GetValue<ulong>(),
                Epoch = state["epoch"]!.GetValue<int>(),
                Batch = state["batch"]!.GetValue<int>(),
                Step = state["step"]!.GetValue<long>(),
                FunctionSteps = state["function_steps"]!.GetValue<long>(),
                EvaluationSteps = state["evaluation_steps"]!.GetValue<long>(),
                BatchSize = state["batch_size"]!.GetValue<int>(),
                Samples = state["samples"]!.GetValue<int>(),
                BaseRate = (float)SavedNumber.Read(state["base_rate"], 0),
                LearningRate = (float)SavedNumber.Read(state["learning_rate"], 0),
                Seconds = state["seconds"]!.GetValue<double>(),
                StopReason = state["stop_reason"]?.GetValue<string>(),
                Epochs = [.. state["epochs"]!.AsArray().Select(epoch => SavedHistory.Read(epoch!))],
            };
            foreach (var (name, values) in state["parts"]!.AsObject())
                checkpoint.Parts[name] = new SavedState { Values = values!.DeepClone().AsObject() };
            foreach (var tensor in file.Tensors)
                checkpoint.Take(tensor);
            return checkpoint;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new InvalidDataException($"Checkpoint {path}: its state cannot be read ({error.Message}).\nThe file was written by another program, or is damaged.", error);
        }
    }

    private void Take(StoredTensor tensor)
    {
        var (group, name) = Cut(tensor.Name);
        switch (group)
        {
            case "model":
                Model[name] = new StoredTensor(name, tensor.Shape, tensor.Floats);
                break;
            case "optimiser":
                Optimiser[name] = tensor.Floats.ToArray();
                break;
            case "running":
                Running[name] = tensor.Floats.ToArray();
                break;
            case "part":
                var (part, rest) = Cut(name);
                Part(part).Tensors[rest] = tensor.Floats.ToArray();
                break;
        }
    }

    private static (string First, string Behind) Cut(string name)
    {
        var at = name.IndexOf(Separator);
        return at < 0 ? (name, "") : (name[..at], name[(at + 1)..]);
    }
}
