using Samples;

namespace GpuNN.Tests;

/// <summary>The samples run, shrunk to seconds, and do what they say.</summary>
public sealed class ProgramTests
{
    private Device device = null!;
    private StringWriter output = null!;

    [SetUp]
    public void Open()
    {
        device = Device.On(Devices.Open("cpu"));
        device.Parameters.Seed = 5;
        output = new StringWriter();
    }

    [TearDown]
    public void Close()
    {
        device.Dispose();
        output.Dispose();
    }

    [Test]
    public void An_activation_of_ones_own_learns()
    {
        Assert.That(BumpSample.Run(device, output), Is.LessThan(0.02));
        Assert.That(output.ToString(), Is.EqualTo($"the bump's slope at 1 is {-2 * Math.Exp(-1):F4}{Environment.NewLine}"));
    }

    [Test]
    public void An_activation_of_ones_own_costs_what_a_built_in_one_does()
    {
        string[] Launches<F>() where F : struct, IPointwise
        {
            var model = new Sequential(new Dense(20, 30), new Map<F>(), new Dense(30, 10));
            var train = device.Compile(graph =>
            {
                var loss = model.Apply(graph.Input("x", [graph.Batch, 20])).Square().Mean();
                graph.Minimise(loss, model.Parameters, new Sgd(0.1f));
                return loss;
            });
            train.Run(new float[20 * 8]);
            return [.. train.Plan.Lines.Select(line => line.Name.Replace(typeof(F).Name, "F", StringComparison.Ordinal))];
        }

        var own = Launches<Bump>();
        Assert.That(own, Is.EqualTo(Launches<Pointwise.Gelu>()), "the same launches, the function fused into the end of the product");
        Assert.That(own, Does.Contain("MatMul Add F F'"), "value and slope in one");
    }

    [Test]
    public void A_regulariser_of_ones_own_on_activations_keeps_them_apart()
    {
        var digits = DrawnDigits.Draw(train: 1000, test: 300);
        var (_, free) = DecorrelateSample.Run(device, output, digits, rate: 0);
        var (accuracy, together) = DecorrelateSample.Run(device, output, digits, rate: 0.1f);
        Assert.That(together, Is.LessThan(0.5 * free));
        Assert.That(accuracy, Is.GreaterThan(0.7));
    }

    [Test]
    public void A_regulariser_of_ones_own_on_weights_finds_the_inputs_that_matter()
    {
        var free = GroupLassoSample.Run(device, output, rate: 0);
        // A higher price cuts off the third input as well, which enters as a parabola and so helps late.
        var priced = GroupLassoSample.Run(device, output, rate: 0.005f);
        Assert.That(free[5..].Min(), Is.GreaterThan(0.5 * free[..5].Min()), "without a price none is cut off");
        Assert.That(priced[5..].Max(), Is.LessThan(0.25 * priced[..5].Min()));
    }

    [Test]
    public void A_layer_of_ones_own_learns()
    {
        Assert.That(GatedDenseSample.Run(device, output, DrawnDigits.Draw(train: 2000, test: 300)), Is.GreaterThan(0.75));
        Assert.That(output.ToString(), Does.Contain("GatedDense"));
    }

    [Test]
    public void A_recurrent_cell_of_ones_own_learns()
    {
        Assert.That(OwnLstmSample.Run(device, output, DrawnDigits.Draw(train: 2000, test: 300)), Is.GreaterThan(0.75));
        Assert.That(output.ToString(), Does.Contain("OwnLstm"));
    }

    [Test]
    public void A_training_step_of_ones_own_learns()
    {
        var losses = AdversarySample.Run(device, output, DrawnDigits.Draw(train: 64 * 30 + 10, test: 1).Train);
        Assert.That(losses, Has.Count.EqualTo(31), "the last batch is short");
        Assert.That(losses[^1], Is.GreaterThan(0).And.LessThan(0.5 * losses[0]));
    }

    [Test]
    public void Learning_without_gradients_and_a_look_inside()
    {
        var (before, after) = BoltzmannSample.Run(device, output, DrawnDigits.Draw(train: 1000, test: 1).Train);
        Assert.That(after, Is.LessThan(0.5 * before));
        var text = output.ToString();
        Assert.That(text, Does.Contain("MatMul").And.Contain("Bernoulli").And.Contain("Update w").And.Contain("arena").And.Contain(" us"));
    }

    [Test]
    public void A_stopped_run_goes_on_with_the_same_bits()
    {
        var digits = DrawnDigits.Draw(train: 1000, test: 50);
        var folder = Directory.CreateTempSubdirectory("gpunn-sample-").FullName;
        try
        {
            var whole = ResumeSample.Run(digits, Path.Combine(folder, "whole"));
            ResumeSample.Run(digits, Path.Combine(folder, "stopped"), epochs: 1);
            Assert.That(ResumeSample.Run(digits, Path.Combine(folder, "stopped")), Is.EqualTo(whole));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
