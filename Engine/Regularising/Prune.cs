namespace GpuNN;

/// <summary>Takes weights out of a trained model, so that it can be trained on without them.</summary>
public static class Prune
{
    /// <summary>
    /// Sets the weights of the least |w| to 0 and gives the mask that keeps them there: as <see cref="Trainer.Constraints"/> of the
    /// training that follows. Of equal ones the earlier goes first; what was 0 before stays 0.
    /// Source: Han, Pool, Tran and Dally (2015), "Learning both weights and connections".
    /// </summary>
    /// <param name="model">A model with values.</param>
    /// <param name="fraction">The part that is taken out, in [0, 1]; rounded to whole weights.</param>
    /// <param name="scope">Whether each parameter loses that part of its own, or all together.</param>
    /// <param name="on">Which parameters; null takes all weights.</param>
    public static SparseMask ByMagnitude(Layer model, double fraction, PruneScope scope = PruneScope.EachParameter, ParameterChoice? on = null)
    {
        if (!(fraction is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), $"Prune: the fraction must lie in [0, 1], but is {fraction}.\nPass the part that is taken out, such as 0.9.");
        var parameters = model.Parameters.Where((on ?? ParameterChoice.Weights).Takes).ToArray();
        if (parameters.Length == 0)
            throw new ArgumentException($"Prune: needs a parameter to take weights from, but {on ?? ParameterChoice.Weights} are none of the parameters of {model}.\nChoose layers of the model.");
        var weights = Array.ConvertAll(parameters, parameter => parameter.ToArray());
        var kept = scope == PruneScope.EachParameter
            ? Array.ConvertAll(weights, values => Largest(values, fraction))
            : Parts(Largest([.. weights.SelectMany(values => values)], fraction), weights);
        for (var i = 0; i < parameters.Length; i++)
            parameters[i].Set([.. weights[i].Zip(kept[i], (weight, keep) => keep ? weight : 0)]);
        return new SparseMask(parameters.Zip(kept).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static bool[] Largest(float[] values, double fraction)
    {
        var kept = new bool[values.Length];
        Array.Fill(kept, true);
        var removed = (int)Math.Round(fraction * values.Length, MidpointRounding.AwayFromZero);
        foreach (var i in Enumerable.Range(0, values.Length).OrderBy(i => Math.Abs(values[i])).Take(removed))
            kept[i] = false;
        return kept;
    }

    private static bool[][] Parts(bool[] all, float[][] like)
    {
        var at = 0;
        return Array.ConvertAll(like, values => all[at..(at += values.Length)]);
    }
}

/// <summary>Among which weights the smallest are looked for.</summary>
public enum PruneScope
{
    /// <summary>Each parameter loses the same part of its weights.</summary>
    EachParameter,

    /// <summary>The smallest of the whole model go, wherever they are.</summary>
    WholeModel,
}
