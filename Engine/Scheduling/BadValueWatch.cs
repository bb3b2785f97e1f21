using System.Globalization;
using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Runs a schedule launch by launch and stops at the first one whose result is not finite, also inside a loop.</summary>
internal sealed class BadValueWatch(Function function)
{
    public void Play(Launch[] schedule, IReadOnlyList<Step> steps, Route route, Func<Tensor, View> viewOf)
    {
        for (var i = 0; i < schedule.Length; i++)
        {
            schedule[i].Play(route);
            if (i < steps.Count)
                Check(steps[i], route, viewOf);
        }
    }

    /// <summary>Throws if what a step has just written is not finite.</summary>
    public void Check(Step step, Route route, Func<Tensor, View> viewOf)
    {
        foreach (var node in step.Writes)
            if (node.Kind == ElementKind.Float && Written(node, viewOf(node)).Select(view => FirstBad(Values(route, view))).FirstOrDefault(value => value is not null) is { } bad)
                throw new BadValueException(Describe(step, bad, route, viewOf));
    }

    // Between the outputs of an operation that has several, there may be anything.
    private static IEnumerable<View> Written(Node node, View view) => node.Operation is PackedOperation packed
        ? packed.PartsOf(node).Select(part => part.Of(view))
        : [view];

    private string Describe(Step step, float bad, Route route, Func<Tensor, View> viewOf)
    {
        var place = step.Place.Length > 0 ? $" in {step.Place}" : "";
        var made = float.IsNaN(bad) ? "NaN" : bad > 0 ? "+inf" : "-inf";
        return string.Create(CultureInfo.InvariantCulture,
            $"{step.Name}{place} made {made} at step {function.Step} of {function.Name} ({string.Join("; ", step.Reads.Select(read => Range(read, route, viewOf)))}).\nLower the learning rate, clip gradients, or limit the operation's input.");
    }

    private static string Range(Tensor tensor, Route route, Func<Tensor, View> viewOf)
    {
        if (tensor.Kind != ElementKind.Float)
            return $"{tensor.GetType().Name.ToLowerInvariant()} of integers";
        var name = tensor is Parameter parameter ? parameter.Path : tensor is Input input ? input.Feed : "input";
        var values = Values(route, viewOf(tensor));
        var finite = values.Where(float.IsFinite).ToArray();
        var text = finite.Length == 0 ? $"{name} has no finite value" : string.Create(CultureInfo.InvariantCulture, $"{name} min {finite.Min():G4}, max {finite.Max():G4}");
        return finite.Length == values.Length ? text : $"{text}, {values.Length - finite.Length} not finite";
    }

    private static float[] Values(Route route, View view)
    {
        var values = new float[view.Length];
        route.CopyOut(view, values);
        return values;
    }

    private static float? FirstBad(float[] values)
    {
        foreach (var value in values)
            if (!float.IsFinite(value))
                return value;
        return null;
    }
}
