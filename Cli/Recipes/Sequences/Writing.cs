namespace GpuNN.Cli;

/// <summary>What the recipes share in which a model writes an answer token by token.</summary>
internal static class Writing
{
    /// <summary>The metric's name among the trainer's.</summary>
    public const string ExactMatch = "sequence accuracy";

    /// <summary>A trainer that teaches a model, on half a cosine over all steps; padding counts for nothing.</summary>
    /// <param name="context">Device, seed and epochs.</param>
    /// <param name="model">The model.</param>
    /// <param name="samples">Training samples.</param>
    /// <param name="batch">Samples in a step.</param>
    /// <param name="learningRate">The rate at the start.</param>
    public static Trainer Trainer(RecipeContext context, SequenceToSequence model, int samples, int batch, float learningRate)
    {
        var loss = Loss.SoftmaxCrossEntropy with { Ignored = Vocabulary.Pad };
        return new Trainer(context.Device, model, loss, new Adam(learningRate) { ClipNorm = 1 })
        {
            Seed = (ulong)context.Options.Seed,
            Objective = new TeacherForcing(),
            Metrics = [.. loss.Metrics, new SequenceAccuracy { Ignored = Vocabulary.Pad }],
            Schedule = new CosineSchedule((long)context.Options.Epochs * ((samples + batch - 1) / batch)) { Clock = ScheduleClock.Steps },
            Warn = context.Progress.Say,
        };
    }

    /// <summary>The tokens of a row before their end.</summary>
    public static ReadOnlySpan<int> UpToEnd(ReadOnlySpan<int> tokens)
    {
        var end = tokens.IndexOf(Vocabulary.End);
        return end < 0 ? tokens : tokens[..end];
    }

    /// <summary>Where the model looks while it writes its answer to one source: weights (written, read), row by row, without padding.</summary>
    /// <param name="context">Where it runs.</param>
    /// <param name="model">A model with attention.</param>
    /// <param name="source">The source's tokens.</param>
    /// <param name="steps">Steps of its answer, the end among them.</param>
    public static float[] Alignment(RecipeContext context, SequenceToSequence model, ReadOnlySpan<int> source, int steps)
    {
        var read = UpToEnd(source).Length + 1;
        var look = context.Device.Compile(graph => model.Alignment(graph.Input("source"), steps), training: false, name: "alignment");
        return look.Run(Feed.Of("source", source[..read].ToArray(), [1, read]))[0].ToArray();
    }
}
