using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Learning-rate schedules against tables made by hand, past their end, and with bad arguments.</summary>
[Notes("8.1.1", "Learning rate")]
public sealed class ScheduleTests
{
    private static IEnumerable<TestCaseData> Tables()
    {
        yield return Table(new ConstantSchedule(), 1, 1, 1);
        yield return Table(new StepSchedule(every: 2, decay: 0.5), 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125);
        yield return Table(new ExponentialSchedule(0.5), 1, 0.5, 0.25, 0.125);
        yield return Table(new CosineSchedule(length: 4), 1, (1 + Math.Sqrt(0.5)) / 2, 0.5, (1 - Math.Sqrt(0.5)) / 2, 0, 0, 0);
        yield return Table(new CosineSchedule(length: 2, floor: 0.2), 1, 0.6, 0.2, 0.2);
        yield return Table(new WarmUp(length: 4), 0.25, 0.5, 0.75, 1, 1, 1);
        yield return Table(new WarmUp(length: 2, new StepSchedule(every: 1, decay: 0.5)), 0.5, 1, 1, 0.5, 0.25);

        static TestCaseData Table(Schedule schedule, params double[] factors) =>
            new TestCaseData(schedule, factors).SetArgDisplayNames($"{schedule.GetType().Name}, {factors.Length} times");
    }

    [TestCaseSource(nameof(Tables))]
    public void A_schedule_follows_its_table(Schedule schedule, double[] factors) =>
        Assert.That(Enumerable.Range(0, factors.Length).Select(time => schedule.Factor(time)), Is.EqualTo(factors).Within(1e-12));

    [Test]
    public void A_trainer_uses_the_rate_of_the_table_at_every_step()
    {
        using var device = Device.On(new HostRoute(1));
        var model = new Sequential(new Dense(1, 1));
        var set = DataSet.WithTargets([1, 2, 3, 4], [1], [0, 0, 0, 0], [1]);
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Sgd(0.5f)) { Schedule = new WarmUp(2, new CosineSchedule(length: 4)) { Clock = ScheduleClock.Steps } };
        var rates = new RateWitness();
        trainer.Fit(set, null, epochs: 4, batch: 2, rates);
        double[] wanted = [0.25, 0.5, 0.5, 0.25 * (1 + Math.Sqrt(0.5)), 0.25, 0.25 * (1 - Math.Sqrt(0.5)), 0, 0];
        Assert.That(rates.Seen, Is.EqualTo(wanted.Select(rate => (float)rate)));
        Assert.That(trainer.Optimiser.LearningRate, Is.EqualTo(0.5f), "its own rate comes back");
    }

    private sealed class RateWitness : Callback
    {
        public List<float> Seen { get; } = [];

        public override void OnStepEnd(TrainingRun run) => Seen.Add(run.Trainer.Optimiser.LearningRate);
    }

    [Test]
    public void A_plateau_falls_after_its_patience_and_a_nan_is_no_improvement()
    {
        var schedule = new PlateauSchedule(patience: 2, decay: 0.5, floor: 0.2);
        double[] losses = [5, 4, 4, double.NaN, 3, 3.5, 3.2, 3.1, 3.05, double.NaN, 9];
        double[] wanted = [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2];
        var factors = losses.Select(loss =>
        {
            schedule.Observe(loss);
            return schedule.Factor(0);
        }).ToArray();
        Assert.That(factors, Is.EqualTo(wanted).Within(1e-12));
    }

    [Test]
    public void A_plateau_that_never_saw_a_number_can_be_saved()
    {
        var schedule = new PlateauSchedule(patience: 1);
        schedule.Observe(double.NaN);
        var state = new SavedState();
        schedule.Save(state);
        var other = new PlateauSchedule(patience: 1);
        other.Load(state);
        Assert.That(other.Factor(0), Is.EqualTo(schedule.Factor(0)));
        other.Observe(3);
        Assert.That(other.Factor(0), Is.EqualTo(schedule.Factor(0)), "any number is better than none");
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => new StepSchedule(every: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ExponentialSchedule(1.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new CosineSchedule(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PlateauSchedule(decay: double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new WarmUp(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("WarmUp"));
    }
}
