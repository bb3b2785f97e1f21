namespace GpuNN;

/// <summary>
/// Searches for the most probable text: at each step it keeps the best beginnings, as many as the beam is wide, of all that continue those
/// it kept before. A text that ends leaves the beam. The search is over when as many have ended as the beam is wide, when none is left
/// open, or at the greatest length, where open ones count too. The answer has the greatest score
/// log p / length^alpha, where the length counts the end. A beam of width 1 is greedy; one as wide as there are texts finds the best.
/// Source: Graves (2012), "Sequence transduction with recurrent neural networks"; the length as in Wu et al. (2016), "Google's neural
/// machine translation system", with plain powers.
/// </summary>
public sealed class BeamDecoder : Decoder
{
    /// <summary>A decoder that searches.</summary>
    /// <param name="longest">The greatest length of a text, its end among them; 1 or more.</param>
    /// <param name="width">How many beginnings it keeps.</param>
    public BeamDecoder(int longest, int width) : base(longest) => Width = width >= 1 ? width : throw new ArgumentOutOfRangeException(
        nameof(width), $"BeamDecoder: needs a beam of at least one text, but the width is {width}.\nTry 5.");

    /// <summary>How many beginnings it keeps.</summary>
    public int Width { get; }

    /// <summary>The exponent alpha: 0 compares probabilities, which favours short texts; 1 compares means a token.</summary>
    public double LengthExponent
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(
            nameof(value), $"BeamDecoder: needs a length exponent of 0 or more, but got {value}.\nTry 0.6 to 1.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Decoded> Decode(NextToken next, IReadOnlyList<float[]> states)
    {
        var beams = states.Select(state => new Beam(this, state)).ToArray();
        for (var place = 0; place < Longest; place++)
        {
            var open = Array.FindAll(beams, beam => !beam.IsOver);
            if (open.Length == 0)
                break;
            var all = open.SelectMany(beam => beam.Open).ToArray();
            var step = Step(next, Array.ConvertAll(all, text => text.Tokens.Length == 0 ? Start : text.Tokens[^1]), Array.ConvertAll(all, text => text.State));
            var first = 0;
            foreach (var beam in open)
                first += beam.Continue(step, first);
        }
        return Array.ConvertAll(beams, beam => beam.Best);
    }

    /// <summary>A beginning of a text.</summary>
    private sealed record Beginning(int[] Tokens, double LogProbability, float[] State);

    /// <summary>The texts that belong to one state.</summary>
    private sealed class Beam(BeamDecoder decoder, float[] state)
    {
        private readonly List<Decoded> ended = [];
        private bool stuck;

        public List<Beginning> Open { get; private set; } = [new([], 0, state)];

        public bool IsOver => Open.Count == 0 || stuck || ended.Count >= decoder.Width;

        public Decoded Best => (ended.Count >= decoder.Width || stuck && ended.Count > 0
            ? ended
            : ended.Concat(Open.Select(text => new Decoded(text.Tokens, text.LogProbability, Ended: false)))).MaxBy(Score)!;

        /// <summary>Goes on by one step, of which the rows from one on are those of this beam; returns their number.</summary>
        public int Continue(DecodingStep step, int first)
        {
            var rows = Open.Count;
            var best = BestSteps(step, first);
            // where the model forbids every token, the texts so far are all that there is
            stuck = best.Count == 0;
            if (stuck)
                return rows;
            var before = Open;
            Open = [];
            foreach (var (at, token, sum) in best)
                if (token == decoder.End)
                    ended.Add(new Decoded(before[at].Tokens, sum, Ended: true));
                else
                    Open.Add(new Beginning([.. before[at].Tokens, token], sum, step.States[first + at]));
            return rows;
        }

        /// <summary>The most probable of all ways to go on, the best first, as many as the beam is wide.</summary>
        private List<(int At, int Token, double Sum)> BestSteps(DecodingStep step, int first)
        {
            var best = new List<(int At, int Token, double Sum)>();
            for (var at = 0; at < Open.Count; at++)
            {
                var row = step.LogProbabilities[first + at];
                for (var token = 0; token < row.Length; token++)
                {
                    var sum = Open[at].LogProbability + row[token];
                    var isFull = best.Count == decoder.Width;
                    // of equal ones the first stays before the second, so that a beam of 1 chooses as the greedy decoder does
                    if (double.IsNegativeInfinity(sum) || isFull && sum <= best[^1].Sum)
                        continue;
                    if (isFull)
                        best.RemoveAt(best.Count - 1);
                    var place = best.Count;
                    while (place > 0 && sum > best[place - 1].Sum)
                        place--;
                    best.Insert(place, (at, token, sum));
                }
            }
            return best;
        }

        private double Score(Decoded text) => text.Length == 0 ? double.NegativeInfinity : text.LogProbability / Math.Pow(text.Length, decoder.LengthExponent);
    }
}
