namespace GpuNN;

/// <summary>
/// Writes texts token by token with a model that says how probable each next token is. A text begins behind the start token and is
/// over at the end token or at the greatest length.
/// </summary>
public abstract class Decoder
{
    /// <summary>A decoder.</summary>
    /// <param name="longest">The greatest length of a text, its end among them; 1 or more.</param>
    protected Decoder(int longest) => Longest = longest >= 1 ? longest : throw new ArgumentOutOfRangeException(
        nameof(longest), $"{GetType().Name}: needs room for at least one token, but the greatest length is {longest}.\nGive the length of the longest text that is expected, and some more.");

    /// <summary>The greatest length of a text.</summary>
    public int Longest { get; }

    /// <summary>The token that a text begins behind.</summary>
    public int Start { get; init; } = Vocabulary.Start;

    /// <summary>The token that ends a text.</summary>
    public int End { get; init; } = Vocabulary.End;

    /// <summary>Writes one text for each state, all at the same time.</summary>
    /// <param name="next">The model.</param>
    /// <param name="states">The state that each text begins with, such as the code of its source.</param>
    /// <exception cref="InvalidDataException">The model gives no log-probabilities.</exception>
    public abstract IReadOnlyList<Decoded> Decode(NextToken next, IReadOnlyList<float[]> states);

    /// <summary>Writes one text.</summary>
    /// <param name="next">The model.</param>
    /// <param name="state">The state that it begins with.</param>
    /// <exception cref="InvalidDataException">The model gives no log-probabilities.</exception>
    public Decoded Decode(NextToken next, float[] state) => Decode(next, [state])[0];

    /// <summary>One step of the model, checked.</summary>
    private protected DecodingStep Step(NextToken next, IReadOnlyList<int> tokens, IReadOnlyList<float[]> states)
    {
        var step = next(tokens, states);
        if (step.LogProbabilities.Count != tokens.Count || step.States.Count != tokens.Count)
            throw new InvalidDataException($"{GetType().Name}: needs log-probabilities and a state for each of {tokens.Count} texts, but the model gave {step.LogProbabilities.Count} and {step.States.Count}.\nReturn one of each a text, in their order.");
        foreach (var row in step.LogProbabilities)
            for (var token = 0; token < row.Length; token++)
                // log-probabilities that come out of float arithmetic may be above 0 by rounding
                if (!(row[token] <= 1e-3f))
                    throw new InvalidDataException($"{GetType().Name}: needs log-probabilities, which are 0 or less, but token {token} has {row[token]}.\nEnd the model's step with LogSoftmax.");
        return step;
    }

    /// <summary>Walks along one way for each state: each step takes the token that is chosen.</summary>
    private protected IReadOnlyList<Decoded> Walk(NextToken next, IReadOnlyList<float[]> states, Func<int, int, float[], int> choose)
    {
        var written = new List<int>[states.Count];
        var sums = new double[states.Count];
        var results = new Decoded?[states.Count];
        int[] open = [.. Enumerable.Range(0, states.Count)];
        foreach (var text in open)
            written[text] = [];
        var now = states.ToArray();
        for (var place = 0; place < Longest && open.Length > 0; place++)
        {
            var step = Step(next, [.. open.Select(text => place == 0 ? Start : written[text][^1])], [.. open.Select(text => now[text])]);
            for (var at = 0; at < open.Length; at++)
            {
                var (text, row) = (open[at], step.LogProbabilities[at]);
                var token = choose(text, place, row);
                sums[text] += row[token];
                now[text] = step.States[at];
                if (token == End)
                    results[text] = new Decoded([.. written[text]], sums[text], Ended: true);
                else
                    written[text].Add(token);
            }
            open = Array.FindAll(open, text => results[text] is null);
        }
        return [.. results.Select((done, text) => done ?? new Decoded([.. written[text]], sums[text], Ended: false))];
    }
}
