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
            // equal ones in the order of their beginnings and tokens, so that a beam of 1 chooses as the greedy decoder does
            var best = Open.SelectMany((text, at) => step.LogProbabilities[first + at].Select((log, token) => (At: at, Token: token, Sum: text.LogProbability + log)))
                .Where(candidate => !double.IsNegativeInfinity(candidate.Sum))
                .OrderByDescending(candidate => candidate.Sum).ThenBy(candidate => candidate.At).ThenBy(candidate => candidate.Token)
                .Take(decoder.Width).ToArray();
            // where the model forbids every token, the texts so far are all that there is
            stuck = best.Length == 0;
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

        private double Score(Decoded text) => text.Length == 0 ? double.NegativeInfinity : text.LogProbability / Math.Pow(text.Length, decoder.LengthExponent);
    }
}
