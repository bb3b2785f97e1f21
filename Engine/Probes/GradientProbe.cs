namespace GpuNN;

/// <summary>
/// Measures gradients and outputs of each layer of a model on a batch, with layers as in use. It changes nothing. Sums of squares are
/// made in double precision, so that they neither overflow nor vanish themselves.
/// </summary>
public sealed class GradientProbe
{
    private readonly BatchLoss batchLoss;
    private readonly Function measure;
    private readonly Layer[] layers;

    /// <summary>A probe.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">What is looked at; it needs a trainable parameter.</param>
    /// <param name="loss">What is differentiated.</param>
    public GradientProbe(Device device, Layer model, Loss loss)
    {
        if (!model.Parameters.Any(parameter => parameter.Trainable))
            throw new ArgumentException($"GradientProbe: needs a model with a trainable parameter, but {model} has none.\nUnfreeze a layer.", nameof(model));
        batchLoss = new BatchLoss(model, loss);
        layers = [.. Below(model).Distinct().Where(layer => layer.Parts.Count == 0 || layer.OwnParameters.Count > 0)];
        measure = device.Compile(Record, training: false, name: "gradient probe");
    }

    /// <summary>Measures on a set, as one batch.</summary>
    /// <param name="set">Samples that fit the loss, a few hundred at most.</param>
    /// <param name="step">Steps of training so far, for the report.</param>
    public GradientReport Measure(DataSet set, long step = 0)
    {
        foreach (var batch in set.Batches(set.Count))
        {
            var results = batchLoss.Run(measure, batch);
            return new GradientReport(step, [.. layers.Select((layer, i) => Look(layer, i, results))]);
        }
        throw new InvalidDataException("GradientProbe: needs at least one sample, but the set is empty.\nPass a part of the training set.");
    }

    /// <summary>Returns, by name: each layer's own gradients, what it makes each time it is used, and the gradients by that.</summary>
    private Tensor[] Record(Graph graph)
    {
        var made = new List<(string Layer, Tensor Output)>();
        var (loss, _) = Layer.Watched(
            (layer, y) =>
            {
                if (Array.IndexOf(layers, layer) is >= 0 and var index)
                    made.Add(($"{index}", y));
            },
            () => batchLoss.Record(graph));
        var owned = layers.SelectMany((layer, i) => Learned(layer).Select(parameter => (Layer: i, Parameter: parameter))).ToArray();
        var gradients = graph.Gradients(loss, [.. owned.Select(one => one.Parameter), .. made.Select(one => one.Output)]);
        return
        [
            .. owned.Select((one, i) => Out(gradients[i], $"gradient {one.Layer}")),
            .. made.Select(one => Out(one.Output, $"output {one.Layer}")),
            .. made.Select((one, i) => Out(gradients[owned.Length + i], $"output gradient {one.Layer}")),
        ];
    }

    // A tensor has one name, and may be what two layers make or returned under two.
    private static Tensor Out(Tensor tensor, string name) => Graph.Node(new Operations.Broadcast(tensor.Shape), tensor).Named(name);

    private static LayerGradient Look(Layer layer, int index, Results results)
    {
        var (output, count) = Squares(results, $"output {index}");
        return new LayerGradient(
            layer.Path.Length == 0 ? $"{layer}" : $"{layer.Path} {layer}",
            Learned(layer).Any() ? Math.Sqrt(Squares(results, $"gradient {index}").Sum) : null,
            count == 0 ? null : Math.Sqrt(output / count),
            count == 0 ? null : Math.Sqrt(Squares(results, $"output gradient {index}").Sum));
    }

    private static (double Sum, long Count) Squares(Results results, string name)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Name != name)
                continue;
            var values = results[i].ToArray();
            count += values.Length;
            foreach (var value in values)
                sum += (double)value * value;
        }
        return (sum, count);
    }

    private static IEnumerable<Parameter> Learned(Layer layer) => layer.OwnParameters.Where(parameter => parameter.Trainable);

    private static IEnumerable<Layer> Below(Layer layer) => layer.Parts.SelectMany(Below).Prepend(layer);
}
