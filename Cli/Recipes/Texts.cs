using System.Globalization;

namespace GpuNN.Cli;

/// <summary>The text that models of text learn from, and what they write.</summary>
internal static class Texts
{
    /// <summary>What a recipe says of its own text.</summary>
    public const string Own = "sentences of a small grammar";

    /// <summary>The folder of the real one.</summary>
    public const string Folder = "tiny-shakespeare";

    private const int Characters = 400_000;
    private const int ShortCharacters = 20_000;

    /// <summary>The text that a run asks for; of its own one, the entropy is told, which no model can undercut.</summary>
    public static TextCorpus Of(RecipeContext context)
    {
        if (context.Files is { } folder)
            return TextCorpus.Load(Path.Combine(folder, "input.txt"));
        var (text, entropy) = GrammarText.Draw(context.Options.Short ? ShortCharacters : Characters, (ulong)context.Options.Seed);
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"the entropy of the text is {entropy:0.0000} nats a character"));
        return new TextCorpus(text);
    }

    /// <summary>Writes <c>sample.txt</c>: what a model writes behind the end of a line, at three temperatures.</summary>
    public static void Sample(RecipeContext context, NextToken next, float[] state, Vocabulary vocabulary, int length)
    {
        using var file = new StreamWriter(context.Out("sample.txt"));
        foreach (var temperature in new[] { 0.5, 0.8, 1.0 })
        {
            var decoder = new SamplingDecoder(length, (ulong)context.Options.Seed) { Temperature = temperature, Start = vocabulary["\n"] };
            file.Write(string.Create(CultureInfo.InvariantCulture, $"--- temperature {temperature:0.0}\n{vocabulary.Decode(decoder.Decode(next, state).Tokens)}\n\n"));
        }
    }
}
