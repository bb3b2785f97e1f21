namespace GpuNN.Tests;

/// <summary>Trains models on a whole small set at every step: a compiled step that is fed once and played again.</summary>
internal static class FullBatch
{
    /// <summary>
    /// Trains several models at once, as if each were alone: the sum of their losses has the gradients of each, and Adam treats every
    /// number by itself. Different paths give them different initial weights.
    /// </summary>
    public static void Train(Device device, IReadOnlyList<Layer> models, DataSet set, Loss loss, float rate, int steps)
    {
        var all = new Siblings(models);
        var adam = new Adam(rate);
        var step = device.Compile(graph =>
        {
            var x = graph.Input("x", set.ItemShape.Prepend(set.Count));
            var y = set.HasLabels ? graph.Labels("y", [set.Count], set.Classes) : graph.Input("y", set.TargetShape.Prepend(set.Count));
            var sum = models.Select(model => loss.Of(model.Apply(x), y)).Aggregate((a, b) => a + b);
            graph.Minimise(sum, all.Parameters, adam);
            return sum;
        });
        var inputs = Feed.Of("x", set.Inputs, set.ItemShape.Prepend(set.Count));
        if (set.HasLabels)
            step.Run(inputs, Feed.Of("y", set.Labels, [set.Count]));
        else
            step.Run(inputs, Feed.Of("y", set.Targets, set.TargetShape.Prepend(set.Count)));
        for (var time = 1; time < steps; time++)
            step.Run();
    }

    /// <summary>The accuracy of each model on a set with labels.</summary>
    public static double[] Accuracies(Device device, IEnumerable<Layer> models, DataSet set) =>
        [.. models.Select(model => new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(1)).Evaluate(set).Accuracy)];

    // gives each model a name of its own
    private sealed class Siblings : Layer
    {
        public Siblings(IEnumerable<Layer> models)
        {
            foreach (var (model, i) in models.Select((model, i) => (model, i)))
                Use($"{i}", model);
        }

        public override Tensor Forward(Tensor x) => x;
    }
}
