namespace GpuNN;

/// <summary>
/// The loss of a model on a batch, as a part of a compiled function: what is fed, in which form, and how a batch is fed to it. A
/// set with nothing to predict is learned by heart: its target is its input, as an autoencoder's.
/// </summary>
internal sealed class BatchLoss(Layer model, Loss loss)
{
    private const string InputName = "input";
    private const string TargetName = "target";

    /// <summary>The model.</summary>
    public Layer Model => model;

    /// <summary>The loss.</summary>
    public Loss Loss => loss;

    /// <summary>Declares the feeds and records the loss of the batch.</summary>
    /// <param name="graph">The recording.</param>
    /// <param name="objective">How the loss is made.</param>
    /// <param name="prediction">What the model makes of the inputs.</param>
    /// <param name="target">What it should be.</param>
    public Tensor Record(Graph graph, Objective objective, out Tensor prediction, out Tensor target)
    {
        var input = graph.Input(InputName);
        target = Target(graph, input);
        var value = objective.Of(model, loss, input, target, out prediction);
        LimitLabels(target, prediction);
        return value;
    }

    /// <summary>
    /// Lets labels be checked against the model's classes when they are fed: they are declared before the model is recorded, and only
    /// it tells how many classes there are.
    /// </summary>
    public static void LimitLabels(Tensor target, Tensor prediction)
    {
        if (target is Input { Kind: ElementKind.Int } labels)
            labels.Classes = prediction.Shape.Last;
    }

    /// <summary>As above, by the plain forward pass, with its weight in a mean over batches.</summary>
    public (Tensor Loss, Tensor Weight) Record(Graph graph)
    {
        var value = Record(graph, new ForwardPass(), out var prediction, out var target);
        return (value, loss.Weight(prediction, target).BroadcastTo([]));
    }

    /// <summary>Declares the feed of what the model should make of an input.</summary>
    public Tensor Target(Graph graph, Tensor input) =>
        loss.Target == ElementKind.Int ? graph.Labels(TargetName, ignored: loss.IgnoredLabel)
        : Array.Exists(graph.Fed, feed => feed.Name == TargetName) ? graph.Input(TargetName)
        : input;

    /// <summary>The feed of the target, where the batch has one.</summary>
    public Feed? TargetOf(Batch batch) =>
        loss.Target == ElementKind.Int ? Feed.Of(TargetName, batch.Labels, batch.TargetsShape)
        : batch.Targets.Length > 0 ? Feed.Of(TargetName, batch.Targets, batch.TargetsShape)
        : default(Feed?);

    /// <summary>Runs a function that was recorded so on a batch.</summary>
    public Results Run(Function function, Batch batch)
    {
        var input = batch.InputFeed(InputName);
        return TargetOf(batch) is { } target ? function.Run(input, target) : function.Run(input);
    }
}
