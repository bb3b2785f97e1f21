namespace GpuNN.Tests;

/// <summary>Parameters: where their values are, moves from device to device, values that were set.</summary>
public sealed class ParameterTests
{
    private Device first = null!;
    private Device second = null!;

    [SetUp]
    public void Open()
    {
        first = Device.On(Devices.Open("cpu"));
        second = Device.On(Devices.Open("cpu"));
    }

    [TearDown]
    public void Close()
    {
        first.Dispose();
        second.Dispose();
    }

    [Test]
    public void A_parameter_goes_from_one_device_to_another_and_back_with_its_values()
    {
        var p = new Parameter("p", [3], Inits.Values(1, 2, 3));
        Function Twice(Device device) => device.Compile(graph =>
        {
            graph.Update(p, p * 2f);
            return p;
        });
        Function here = Twice(first), there = Twice(second);
        Assert.That(here.Run()[0].ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(there.Run()[0].ToArray(), Is.EqualTo(new float[] { 2, 4, 6 }));
        Assert.That(here.Run()[0].ToArray(), Is.EqualTo(new float[] { 4, 8, 12 }));
        Assert.That(p.ToArray(), Is.EqualTo(new float[] { 8, 16, 24 }));
    }

    [Test]
    public void A_function_sees_a_parameter_that_went_away_and_came_back_with_another()
    {
        var p = new Parameter("p", [3], Inits.Values(1, 2, 3));
        Function Read(Device device) => device.Compile(graph => p * 1f);
        Function Add(Device device) => device.Compile(graph => graph.Update(p, p + 10f));
        Function read = Read(first), add = Add(first), away = Add(second);
        read.Run();
        away.Run();
        add.Run();
        Assert.That(read.Run()[0].ToArray(), Is.EqualTo(new float[] { 21, 22, 23 }));
    }

    [Test]
    public void A_parameter_that_comes_back_takes_its_old_place()
    {
        var p = new Parameter("p", [100], Inits.Ones);
        Function Read(Device device) => device.Compile(graph => p * 1f);
        Function here = Read(first), there = Read(second);
        for (var round = 0; round < 3; round++)
        {
            here.Run();
            there.Run();
        }
        Assert.That((first.Parameters.Elements, second.Parameters.Elements), Is.EqualTo((112L, 112L)));
    }

    [Test]
    public void An_optimiser_tells_parameters_of_one_name_apart()
    {
        Parameter p = new("w", [2, 2], Inits.Zeros), other = new("w", [3, 2], Inits.Zeros), equal = new("w", [2, 2], Inits.Zeros);
        var momentum = new Momentum(1) { Decay = 0.5f };
        foreach (var parameter in new[] { p, other, equal })
            first.Compile(graph => graph.Minimise(parameter.Sum(), [parameter], momentum)).Run();
        Assert.That(equal.ToArray(), Is.All.EqualTo(-1), "it has no momentum yet");
        Assert.That(() => momentum.Save(), Throws.InvalidOperationException.With.Message.EqualTo(
            "Momentum: saves its state by the names of parameters, but steps 3 that are called 'w'.\nGive each model an optimiser of its own, or make the models parts of one layer."));
    }

    [Test]
    public void An_optimiser_keeps_its_state_when_the_device_closes()
    {
        var p = new Parameter("p", [2, 2], Inits.Zeros);
        var momentum = new Momentum(1) { Decay = 0.5f };
        using (var device = Device.On(Devices.Open("cpu")))
            device.Compile(graph => graph.Minimise(p.Sum(), [p], momentum)).Run();
        Assert.That(momentum.Save()["p#0"], Is.All.EqualTo(1));
        momentum.Load(new Dictionary<string, float[]> { ["p#0"] = [4, 4, 4, 4] });
        first.Compile(graph => graph.Minimise(p.Sum(), [p], momentum)).Run();
        Assert.That(p.ToArray(), Is.All.EqualTo(-4), "-1 - (1 + 0.5 * 4)");
    }

    [Test]
    public void An_optimiser_follows_its_parameter()
    {
        var p = new Parameter("p", [2, 2], Inits.Ones);
        var momentum = new Momentum(1) { Decay = 0.5f };
        Function Step(Device device) => device.Compile(graph => graph.Minimise(p.Sum(), [p], momentum));
        Function here = Step(first), there = Step(second);
        here.Run();
        Assert.That(p.ToArray(), Is.All.EqualTo(0), "1 - 1");
        there.Run();
        Assert.That(p.ToArray(), Is.All.EqualTo(-1.5), "the momentum came along: 0 - (1 + 0.5)");
        here.Run();
        Assert.That(p.ToArray(), Is.All.EqualTo(-3.25), "and back: -1.5 - (1 + 0.75)");
    }

    [Test]
    public void An_optimiser_that_was_loaded_hands_on_what_it_learned_since()
    {
        Parameter p = new("p", [2, 2], Inits.Ones), q = new("q", [2], Inits.Ones);
        var momentum = new Momentum(1) { Decay = 0.5f };
        momentum.Load(new Dictionary<string, float[]> { ["p#0"] = [4, 4, 4, 4] });
        first.Compile(graph => graph.Minimise(p.Sum(), [p], momentum)).Run();
        Assert.That(p.ToArray(), Is.All.EqualTo(-2), "1 - (1 + 0.5 * 4)");
        first.Compile(graph => graph.Minimise(p.Sum() + q.Sum(), [p, q], momentum)).Run();
        Assert.That(p.ToArray(), Is.All.EqualTo(-4.5), "-2 - (1 + 0.5 * 3), not the 4 that was loaded once more");
    }

    [Test]
    public void Values_stay_when_the_device_closes()
    {
        var p = new Parameter("p", [2], Inits.Ones);
        using (var device = Device.On(Devices.Open("cpu")))
            device.Compile(graph => graph.Update(p, p + 1f)).Run();
        Assert.That(p.ToArray(), Is.EqualTo(new float[] { 2, 2 }));
        Assert.That(first.Compile(graph => p * 2f).Run()[0].ToArray(), Is.EqualTo(new float[] { 4, 4 }));
    }

    [Test]
    public void Values_can_be_set_before_and_after_there_is_memory()
    {
        var p = new Parameter("p", [2], Inits.Zeros);
        Assert.That(() => p.ToArray(), Throws.InvalidOperationException.With.Message.EqualTo(
            "Parameter 'p' has no values yet: they are drawn when a function that uses it first runs.\nRun the model once, or load a checkpoint."));
        p.Set([1, 2]);
        var function = first.Compile(graph => p * 1f);
        Assert.That(function.Run()[0].ToArray(), Is.EqualTo(new float[] { 1, 2 }));
        p.Set([3, 4]);
        Assert.That(function.Run()[0].ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        Assert.That(() => p.Set([1]), Throws.TypeOf<ShapeException>().With.Message.EqualTo("Parameter 'p': needs 2 values for its shape (2), but got 1.\nCheck which tensor is being loaded."));
    }

    [Test]
    public void The_same_seed_draws_the_same_values_wherever_a_parameter_is_first_used()
    {
        float[] Draw(Device device, ulong seed, string name)
        {
            device.Parameters.Seed = seed;
            var p = new Parameter(name, [40], Inits.Normal());
            return device.Compile(graph => p * 1f).Run()[0].ToArray();
        }
        var drawn = Draw(first, 3, "p");
        Assert.That(Draw(second, 3, "p"), Is.EqualTo(drawn));
        Assert.That(Draw(second, 4, "p").Intersect(drawn), Is.Empty);
        Assert.That(Draw(second, 3, "q").Intersect(drawn), Is.Empty);
    }
}
