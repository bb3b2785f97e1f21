namespace GpuNN.Cli;

/// <summary>What the recipes on handwritten digits share: MNIST with <c>--data</c>, else digits drawn by the program.</summary>
public static class Digits
{
    /// <summary>What a recipe says of its own data.</summary>
    public const string Drawn = "digits drawn by the program";

    /// <summary>The folder of the files of MNIST.</summary>
    public const string Folder = "mnist";

    /// <summary>Pixels on each side of a digit.</summary>
    public const int Side = 28;

    /// <summary>Digits to tell apart.</summary>
    public const int Classes = 10;

    private const int ShortTraining = 512;
    private const int ShortTest = 128;

    /// <summary>The digits that the run was asked to learn from.</summary>
    public static DataPair Of(RecipeContext context) =>
        context.Options.Short ? DrawnDigits.Draw(ShortTraining, ShortTest)
        : context.Files is { } folder ? Mnist.Load(folder)
        : DrawnDigits.Draw();
}
