using System.Globalization;
using System.Text;

namespace GpuNN;

public abstract partial class Layer
{
    /// <summary>The batch of a dry run; 1 could be taken for an axis that stretches.</summary>
    private const int DryBatch = 2;

    [ThreadStatic]
    private static Action<Layer, Tensor>? witness;

    /// <summary>
    /// A table of the layers, the shapes they make and their parameters, from a recording that runs nothing and needs no
    /// device. Shared parameters count once. A layer that its owner calls by Forward shows no shape of its own.
    /// </summary>
    /// <param name="itemShape">Shape of one item, without the batch axis.</param>
    /// <exception cref="ShapeException">The layers do not fit the item or each other.</exception>
    public string Summary(Shape itemShape)
    {
        var shapes = DryRun(itemShape);
        var rows = new List<SummaryRow>();
        AddRows(rows, shapes, name: "", indent: 0, new HashSet<Layer>(), new HashSet<Parameter>());
        return SummaryRow.Table(rows, $"{GetType().Name} on items of {itemShape}",
            ParameterCount, Parameters.Where(parameter => !parameter.Trainable).Sum(parameter => parameter.Shape.Elements));
    }

    /// <summary>The shape of what this layer makes of a batch of items, without the batch axis; needs no device.</summary>
    /// <inheritdoc cref="Summary"/>
    public Shape OutputShape(Shape itemShape) => DryRun(itemShape)[this].Skip(1);

    private Dictionary<Layer, Shape> DryRun(Shape itemShape)
    {
        var shapes = new Dictionary<Layer, Shape>();
        Watched((layer, y) => shapes[layer] = y.Shape, () =>
            new Graph(DryBatch, training: false, seed: 0).Record(graph => Apply(graph.Input("input", itemShape.Prepend(DryBatch)))));
        return shapes;
    }

    /// <summary>Records something, and tells of every layer that <see cref="Apply"/> records on the way what it makes.</summary>
    internal static T Watched<T>(Action<Layer, Tensor> watch, Func<T> record)
    {
        var outer = witness;
        witness = watch;
        try
        {
            return record();
        }
        finally
        {
            witness = outer;
        }
    }

    private void AddRows(List<SummaryRow> rows, Dictionary<Layer, Shape> shapes, string name, int indent, HashSet<Layer> seen, HashSet<Parameter> counted)
    {
        var again = !seen.Add(this);
        var own = again ? 0 : OwnParameters.Where(counted.Add).Sum(parameter => parameter.Shape.Elements);
        var output = shapes.TryGetValue(this, out var shape) ? BatchText(shape) : "";
        rows.Add(new SummaryRow($"{new string(' ', 2 * indent)}{name}{(name.Length > 0 ? "  " : "")}{this}{(again ? ", shared" : "")}", output, own));
        if (again)
            return;
        foreach (var (part, partName) in NamedParts())
            part.AddRows(rows, shapes, partName, indent + 1, seen, counted);
    }

    private IEnumerable<(Layer Part, string Name)> NamedParts() => used.Zip(usedNames);

    private static string BatchText(Shape shape) => shape.Rank == 0 || shape[0] != DryBatch
        ? shape.ToString()
        : $"({string.Join(", ", shape.Skip(1).Select(size => size.ToString(CultureInfo.InvariantCulture)).Prepend("batch"))})";

    private sealed record SummaryRow(string Layer, string Output, long Own)
    {
        public static string Table(List<SummaryRow> rows, string title, long trainable, long kept)
        {
            var layers = Math.Max(5, rows.Max(row => row.Layer.Length));
            var outputs = Math.Max(6, rows.Max(row => row.Output.Length));
            var text = new StringBuilder(title).Append('\n');
            Line("layer", "output", "parameters");
            foreach (var row in rows)
                Line(row.Layer, row.Output, row.Own.ToString("N0", CultureInfo.InvariantCulture));
            Line("total", "", (trainable + kept).ToString("N0", CultureInfo.InvariantCulture));
            if (kept > 0)
                Line("of them not trained", "", kept.ToString("N0", CultureInfo.InvariantCulture));
            return text.ToString();

            void Line(string layer, string output, string parameters) =>
                text.Append(layer.PadRight(layers)).Append("  ").Append(output.PadRight(outputs)).Append(parameters.PadLeft(16)).Append('\n');
        }
    }
}
