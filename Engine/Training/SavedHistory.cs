using System.Text.Json.Nodes;

namespace GpuNN;

/// <summary>Epochs in a checkpoint's JSON.</summary>
internal static class SavedHistory
{
    public static JsonNode Write(EpochRecord epoch) => new JsonObject
    {
        ["epoch"] = epoch.Epoch,
        ["step"] = epoch.Step,
        ["learning_rate"] = SavedNumber.Write(epoch.LearningRate),
        ["seconds"] = epoch.Seconds,
        ["training"] = Write(epoch.Training),
        ["validation"] = epoch.Validation is null ? null : Write(epoch.Validation),
    };

    public static EpochRecord Read(JsonNode node) => new(
        node["epoch"]!.GetValue<int>(),
        node["step"]!.GetValue<long>(),
        (float)SavedNumber.Read(node["learning_rate"], 0),
        node["seconds"]!.GetValue<double>(),
        ReadEvaluation(node["training"]!),
        node["validation"] is { } validation ? ReadEvaluation(validation) : null);

    private static JsonObject Write(Evaluation evaluation) => new()
    {
        ["loss"] = SavedNumber.Write(evaluation.Loss),
        ["samples"] = evaluation.Samples,
        ["metrics"] = new JsonArray([.. evaluation.Metrics.Select(metric => new JsonArray(metric.Name, SavedNumber.Write(metric.Value)))]),
    };

    private static Evaluation ReadEvaluation(JsonNode node) => new(
        SavedNumber.Read(node["loss"], double.NaN),
        node["samples"]!.GetValue<int>(),
        [.. node["metrics"]!.AsArray().Select(metric => (metric![0]!.GetValue<string>(), SavedNumber.Read(metric[1], double.NaN)))]);
}
