using System.Globalization;
using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Runs a schedule launch by launch and stops at the first one whose result is not finite.</summary>
internal sealed class BadValueWatch(Function function, IReadOnlyList<Step> steps)
{
    public void Play(Launch[] schedule, Route route, Func<Tensor, View> viewOf)
    {
        for (var i = 0; i < schedule.Length; i++)
        {
            schedule[i].Play(route);
            if (i >= steps.Count)
                continue;
            foreach (var node in steps[i].Writes)
                if (node.Kind == ElementKind.Float && FirstBad(Values(route, viewOf(node))) is { } bad)
                    throw new BadValueException(Describe(steps[i], bad, route, viewOf));
        }
    }

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
