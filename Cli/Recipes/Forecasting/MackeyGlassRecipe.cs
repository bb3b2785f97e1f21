using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// A chaotic series six steps ahead: a recurrent network reads the last 19 values one after the other; linear regression on the same
/// values and the last value itself are told beside it. It writes predicted against true values as <c>predicted.svg</c>.
/// </summary>
public sealed class MackeyGlassRecipe : Recipe
{
    private const int Ahead = 6;
    private const int Lags = 19;
    private const int Units = 32;
    private const int Batch = 20;
    private const float LearningRate = 5e-3f;
    private const int ShortSamples = 200;

    /// <inheritdoc/>
    public override string Name => "mackey-glass-rnn";

    /// <inheritdoc/>
    public override string Chapter => "15.4";

    /// <inheritdoc/>
    public override string Title => "32 recurrent units over 19 values, 6 steps ahead";

    /// <inheritdoc/>
    public override string OwnData => "the series of Mackey and Glass, delay 17";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings { get; } =
    [
        new("cell", "lstm, gru, or mlp for a perceptron over the same values; lstm"),
        new("delay", "frozen or averaged: how a step of the series takes the delayed value; frozen"),
    ];

    /// <inheritdoc/>
    public override string Metric => "NRMSE";

    /// <inheritdoc/>
    public override bool LargerIsBetter => false;

    /// <inheritdoc/>
    public override int Epochs => 200;

    /// <inheritdoc/>
    public override int ShortEpochs => 4;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.05;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var cell = context.Setting("cell") ?? "lstm";
        var rule = context.Setting("delay") switch
        {
            null or "frozen" => DelayRule.Frozen,
            "averaged" => DelayRule.Averaged,
            var other => throw new ArgumentMistake($"The setting delay must be frozen or averaged, but is {other}."),
        };
        var model = Model(cell);
        var windows = new Windows(Lags) { AsSequence = cell != "mlp" };
        var data = MackeyGlass.Draw(Ahead, rule, windows);
        if (context.Options.Short)
            data = new DataPair(data.Train.Take(ShortSamples), data.Test);
        var (scaler, transform) = (new StandardScaler(), TargetTransform.Standard());
        scaler.Fit(data.Train);
        transform.Fit(data.Train);
        var scaled = new DataPair(transform.Transform(scaler.Transform(data.Train)), transform.Transform(scaler.Transform(data.Test)));

        var error = new RootMeanSquaredError();
        var trainer = new Trainer(context.Device, model, Loss.MeanSquared, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            ReadAhead = 0,
            Metrics = [error],
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, scaled, Batch, error.Name);
        model.Save(context.Out("model.safetensors"));

        var answers = trainer.Predict(scaled.Test);
        transform.Inverse(answers);
        var linear = new LinearRegression();
        linear.Fit(data.Train);
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture,
            $"NRMSE of linear regression {Nrmse(data.Test, linear.Predict(data.Test)):0.000}, of the last value {Nrmse(data.Test, [.. Enumerable.Range(0, data.Test.Count).Select(row => data.Test.Item(row)[^1])]):0.000}"));
        PredictionPlot.Write(context.Out("predicted.svg"), $"Mackey and Glass, {Ahead} steps ahead, test samples", "x", data.Test.Targets.ToArray(), answers);
        return result with { Value = Nrmse(data.Test, answers) };
    }

    private static Layer Model(string cell) => cell switch
    {
        "lstm" => new Sequential(new Lstm(1, Units) { ReturnsSteps = false }, new Dense(Units, 1)),
        "gru" => new Sequential(new Gru(1, Units) { ReturnsSteps = false }, new Dense(Units, 1)),
        "mlp" => new Sequential(new Dense(Lags, Units), new Tanh(), new Dense(Units, Units), new Tanh(), new Dense(Units, 1)),
        _ => throw new ArgumentMistake($"The setting cell must be lstm, gru or mlp, but is {cell}."),
    };

    private static double Nrmse(DataSet set, float[] answers) => ForecastErrors.Nrmse(
        [.. set.Targets.ToArray().Select(value => (double)value)], [.. answers.Select(value => (double)value)]);
}
