using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Shared parameters: one storage, one update by the sum over all uses, one place in a file.</summary>
[Notes("2.1.5", "Parameter sharing")]
public sealed class SharingTests
{
    private Device device = null!;
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Open() => (device, folder) = (Device.On(new HostRoute(1)), new TemporaryFolder());

    [TearDown]
    public void Close()
    {
        device.Dispose();
        folder.Dispose();
    }

    private static float[] Waves(int count, double step) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(step * (i + 1)))];

    private static float[] Identity(int size) => [.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1f : 0f)];

    private static (Sequential Model, Dense Encoder, TiedDense Decoder) Autoencoder()
    {
        var encoder = new Dense(6, 3);
        var decoder = new TiedDense(encoder);
        return (new Sequential(encoder, new Tanh(), decoder), encoder, decoder);
    }

    /// <summary>What a layer makes of the identity: its weights as it uses them.</summary>
    private float[] Used(Layer layer, int inputs) =>
        device.Compile(graph => layer.Apply(graph.Input("x", [graph.Batch, inputs])), training: false).Run(Identity(inputs))[0].ToArray();

    private static float[] Transposed(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[i % rows * columns + i / rows])];

    [Test]
    public void A_tied_weight_is_counted_and_named_once()
    {
        var (model, _, _) = Autoencoder();
        Assert.That(model.Parameters.Select(parameter => parameter.Path), Is.EqualTo(new[] { "0.weight", "0.bias", "2.bias" }));
        Assert.That(model.ParameterCount, Is.EqualTo(18 + 3 + 6));
        Assert.That(model.Summary([6]), Does.Contain("2  TiedDense(3 -> 6, transposed)").And.Contain("27"));
    }

    [Test]
    public void A_tied_autoencoder_stays_tied_to_the_bit_through_training_and_files()
    {
        var (model, encoder, decoder) = Autoencoder();
        new Trainer(device, model, Loss.MeanSquared, new Adam(0.01f) { WeightDecay = 1e-3f }).Fit(DataSet.Of(Waves(60, 1.3), [6]), null, epochs: 20, batch: 4);
        decoder.Bias!.Set(new float[6]);
        Assert.That(Used(decoder, 3), Is.EqualTo(Transposed(encoder.Weight.ToArray(), 6, 3)));

        model.Save(folder["model.safetensors"]);
        Assert.That(SafeTensors.Read(folder["model.safetensors"]).Tensors, Has.Count.EqualTo(3));
        var (other, otherEncoder, otherDecoder) = Autoencoder();
        other.Load(folder["model.safetensors"]);
        Assert.That(otherEncoder.Weight.ToArray(), Is.EqualTo(encoder.Weight.ToArray()));
        Assert.That(Used(otherDecoder, 3), Is.EqualTo(Used(decoder, 3)));
        otherEncoder.Weight.Set(Waves(18, 0.7));
        Assert.That(Used(otherDecoder, 3), Is.EqualTo(Transposed(Waves(18, 0.7), 6, 3)), "one storage still");
    }

    [Test]
    public void The_gradient_is_the_sum_over_both_uses()
    {
        var encoder = new Dense(3, 2, bias: false, init: Inits.Values(Waves(6, 0.8)));
        var model = new Sequential(encoder, new TiedDense(encoder, bias: false));
        var x = Waves(12, 1.9);
        var gradient = device.Compile(graph => graph.Gradients(model.Apply(graph.Input("x", [graph.Batch, 3])).Square().Sum(), [encoder.Weight])).Run(x)[0].ToArray();
        const double H = 1e-5;
        var weights = Array.ConvertAll(Waves(6, 0.8), value => (double)value);
        for (var i = 0; i < 6; i++)
        {
            var kept = weights[i];
            weights[i] = kept + H;
            var up = Loss();
            weights[i] = kept - H;
            var down = Loss();
            weights[i] = kept;
            Assert.That(gradient[i], Is.EqualTo((up - down) / (2 * H)).Within(1e-4));
        }

        double Loss()
        {
            double sum = 0;
            for (var row = 0; row < 4; row++)
                for (var c = 0; c < 3; c++)
                    sum += Math.Pow(Enumerable.Range(0, 2).Sum(unit => weights[c * 2 + unit] * Enumerable.Range(0, 3).Sum(k => x[row * 3 + k] * weights[k * 2 + unit])), 2);
            return sum;
        }
    }

    [Test]
    public void Weights_may_be_used_the_same_way_with_another_bias()
    {
        var first = new Dense(3, 2);
        var second = new TiedDense(first, transpose: false);
        first.Weight.Set(Waves(6, 1));
        first.Bias!.Set([0, 0]);
        second.Bias!.Set([10, 20]);
        Assert.That(Used(second, 3), Is.EqualTo(Used(first, 3).Select((value, i) => value + (i % 2 == 0 ? 10 : 20))).Within(1e-6));
        Assert.That(second.Parameters.Select(parameter => parameter.Path), Is.EqualTo(new[] { "bias", "weight" }), "alone it brings the weights along");
    }

    [Test]
    public void Two_optimisers_cannot_share_a_parameter()
    {
        var (model, encoder, decoder) = Autoencoder();
        var loss = (Graph graph) => model.Apply(graph.Input("x", [graph.Batch, 6])).Square().Sum();
        Assert.That(() => device.Compile(graph =>
        {
            var sum = loss(graph);
            graph.Minimise(sum, encoder.Parameters, new Sgd(1));
            graph.Minimise(sum, decoder.Parameters, new Sgd(2));
        }).Run(Waves(6, 1)), Throws.ArgumentException.With.Message.StartsWith("Update: parameter '0.weight' takes one value a run"));
        Assert.That(() => device.Compile(graph => graph.Minimise(loss(graph), encoder.Parameters.Concat(decoder.Parameters), new Sgd(1))).Run(Waves(6, 1)), Throws.Nothing);
    }

    // A convolution is a dense layer whose weights outside the window are masked and inside it shared by all places.
    [Test]
    public void A_convolution_is_a_masked_shared_dense_layer()
    {
        const int Length = 7, Kernel = 3, Places = Length - Kernel + 1, Batch = 4;
        float[] x = Waves(Batch * Length, 1.1), r = Waves(Batch * Places, 2.3), w = [0.5f, -2, 1];
        var (conv, dense) = (new Conv1D(1, 1, Kernel, bias: false), new Dense(Length, Places, bias: false));
        conv.Weight.Set(w);
        dense.Weight.Set([.. Enumerable.Range(0, Length * Places).Select(i => i / Places - i % Places is >= 0 and < Kernel and var tap ? w[tap] : 0)]);
        var results = device.Compile(graph =>
        {
            var (input, cotangent) = (graph.Input("x", [Batch, Length]), graph.Input("r", [Batch, Places]));
            var a = conv.Apply(input.Reshape([Batch, 1, Length])).Reshape([Batch, Places]);
            var b = dense.Apply(input);
            return [a, b, graph.Gradients(a, [conv.Weight], cotangent)[0], graph.Gradients(b, [dense.Weight], cotangent)[0]];
        }).Run(x, r);
        Assert.That(results[0].ToArray(), Is.EqualTo(results[1].ToArray()).Within(1e-6));
        for (var tap = 0; tap < Kernel; tap++)
            Assert.That(results[2].ToArray()[tap], Is.EqualTo(Enumerable.Range(0, Places).Sum(place => results[3].ToArray()[(place + tap) * Places + place])).Within(1e-5));
    }
}
