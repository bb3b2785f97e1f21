namespace GpuNN;

/// <summary>
/// Discriminative fine-tuning: the lower a layer, the more general what it learned and the lower its learning rate,
/// rate(l - 1) = rate(l) / 2.6. Source: Howard and Ruder (2018), "Universal language model fine-tuning for text classification".
/// </summary>
public static class DiscriminativeRates
{
    /// <summary>By how much the rate falls from a layer to the one below it, as found by Howard and Ruder.</summary>
    public const float Published = 2.6f;

    /// <summary>
    /// Scales the rate of each part of a model that has parameters: the last keeps the optimiser's, each before it has that of the next
    /// over the factor.
    /// </summary>
    /// <param name="model">Its parts are taken in the order of their declaration, which is that of the data in a chain.</param>
    /// <param name="factor">Above 0; 1 gives all the same rate.</param>
    public static void Set(Layer model, float factor = Published)
    {
        if (!(factor > 0 && float.IsFinite(factor)))
            throw new ArgumentOutOfRangeException(nameof(factor), $"DiscriminativeRates: needs a factor above 0, but got {factor}.\nTry 2.6; 1 gives all layers the same rate.");
        var scale = 1.0;
        foreach (var part in model.Parts.Distinct().Where(part => part.Parameters.Count > 0).Reverse())
        {
            part.RateScale = (float)scale;
            scale /= factor;
        }
    }
}
