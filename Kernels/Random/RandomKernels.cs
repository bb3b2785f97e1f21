using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Random numbers that a key, a step and an element's place decide: element i is word i mod 4 of the Philox block of counter
/// (i / 4, 0, step, 0). The step is read from device memory, so that a captured launch draws anew when it is played again.
/// Uniforms and masks are bit-equal on all devices; normals agree within 1e-6. Per element: 1 write.
/// </summary>
public static class RandomKernels
{
    /// <summary>y uniform in [0, 1).</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="y">Numbers; all of the view is written.</param>
    /// <param name="keyLow">Low word of the key.</param>
    /// <param name="keyHigh">High word of the key.</param>
    /// <param name="step">A view of one integer.</param>
    public static void Uniform(Route route, View y, uint keyLow, uint keyHigh, View step) =>
        Run(route, y, keyLow, keyHigh, step, new UniformForm());

    /// <summary>y standard normal.</summary>
    /// <inheritdoc cref="Uniform"/>
    public static void Normal(Route route, View y, uint keyLow, uint keyHigh, View step) =>
        Run(route, y, keyLow, keyHigh, step, new NormalForm());

    /// <summary>y = value with a probability, else 0.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="y">Numbers; all of the view is written.</param>
    /// <param name="keyLow">Low word of the key.</param>
    /// <param name="keyHigh">High word of the key.</param>
    /// <param name="step">A view of one integer.</param>
    /// <param name="probability">Probability of the value; 0 gives none, 1 gives all.</param>
    /// <param name="value">The value.</param>
    public static void Bernoulli(Route route, View y, uint keyLow, uint keyHigh, View step, float probability, float value) =>
        Run(route, y, keyLow, keyHigh, step, new BernoulliForm(probability, value));

    /// <summary>y[i] = 1 with probability p[i], else 0; a probability that is NaN gives 0.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="p">Probabilities, as many as y has elements; y is not p.</param>
    /// <param name="y">Numbers; all of the view is written.</param>
    /// <param name="keyLow">Low word of the key.</param>
    /// <param name="keyHigh">High word of the key.</param>
    /// <param name="step">A view of one integer.</param>
    public static void Bernoulli(Route route, View p, View y, uint keyLow, uint keyHigh, View step)
    {
        var length = checked((int)y.Length);
        if (route is HostRoute host)
            HostRandom.Run(host, y, keyLow, keyHigh, step, new UniformForm(), p);
        else
            route.Each((length + 3) / 4, new ChanceBody { P = p.Floats, Y = y.Floats, Step = step.Ints, KeyLow = keyLow, KeyHigh = keyHigh, Length = length });
    }

    private static void Run<TForm>(Route route, View y, uint keyLow, uint keyHigh, View step, TForm form)
        where TForm : struct, IRandomForm
    {
        var length = checked((int)y.Length);
        if (route is HostRoute host)
            HostRandom.Run(host, y, keyLow, keyHigh, step, form, default);
        else
            route.Each((length + 3) / 4, new RandomBody<TForm> { Y = y.Floats, Step = step.Ints, KeyLow = keyLow, KeyHigh = keyHigh, Length = length, Form = form });
    }
}

/// <summary>Device form: one index a counter, which makes four numbers.</summary>
public struct RandomBody<TForm> : IBody where TForm : struct, IRandomForm
{
    /// <summary>Numbers.</summary>
    public ArrayView<float> Y;

    /// <summary>The step.</summary>
    public ArrayView<int> Step;

    /// <summary>Low word of the key.</summary>
    public uint KeyLow;

    /// <summary>High word of the key.</summary>
    public uint KeyHigh;

    /// <summary>Number of elements.</summary>
    public int Length;

    /// <summary>What becomes of the uniform numbers.</summary>
    public TForm Form;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var block = PhiloxBlock.Of((uint)index, 0, (uint)Step[0], 0, KeyLow, KeyHigh);
        var four = Form.Map(new Four<ScalarLane>(
            new ScalarLane(PhiloxBlock.Uniform(block.A)), new ScalarLane(PhiloxBlock.Uniform(block.B)),
            new ScalarLane(PhiloxBlock.Uniform(block.C)), new ScalarLane(PhiloxBlock.Uniform(block.D))));
        var at = 4 * index;
        Y[at] = four.A.Value;
        if (at + 1 < Length)
            Y[at + 1] = four.B.Value;
        if (at + 2 < Length)
            Y[at + 2] = four.C.Value;
        if (at + 3 < Length)
            Y[at + 3] = four.D.Value;
    }
}

/// <summary>Device form: one index a counter, which makes four numbers that are 1 with a probability each.</summary>
public struct ChanceBody : IBody
{
    /// <summary>Probabilities.</summary>
    public ArrayView<float> P;

    /// <summary>Numbers.</summary>
    public ArrayView<float> Y;

    /// <summary>The step.</summary>
    public ArrayView<int> Step;

    /// <summary>Low word of the key.</summary>
    public uint KeyLow;

    /// <summary>High word of the key.</summary>
    public uint KeyHigh;

    /// <summary>Number of elements.</summary>
    public int Length;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var block = PhiloxBlock.Of((uint)index, 0, (uint)Step[0], 0, KeyLow, KeyHigh);
        var at = 4 * index;
        Put(at, block.A);
        Put(at + 1, block.B);
        Put(at + 2, block.C);
        Put(at + 3, block.D);
    }

    private readonly void Put(int at, uint word)
    {
        if (at < Length)
            Y[at] = P[at] > PhiloxBlock.Uniform(word) ? 1f : 0f;
    }
}
