using System.Globalization;

namespace GpuNN.Cli;

/// <summary>What a classifier says of one item.</summary>
/// <param name="Class">The class with the largest logit, the first of equals.</param>
/// <param name="Probability">Its softmax.</param>
public readonly record struct Answer(int Class, double Probability)
{
    /// <summary>The answer that stands in a row of logits.</summary>
    public static Answer Of(ReadOnlySpan<float> logits)
    {
        var said = 0;
        for (var c = 1; c < logits.Length; c++)
            if (logits[c] > logits[said])
                said = c;
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - logits[said]);
        return new Answer(said, 1 / sum);
    }

    /// <summary>For a caption: "7 98%".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class} {100 * Probability:0}%");
}
