namespace GpuNN;

/// <summary>
/// Initial values. The fans of a shape: a matrix (inputs, outputs) has inputs and outputs; a convolution's weights
/// (outputs, inputs / groups, window...) have inputs and outputs times the window; a vector counts as both.
/// </summary>
public static class Inits
{
    /// <summary>All zeros: biases.</summary>
    public static Init Zeros { get; } = new ConstantInit(0);

    /// <summary>All ones: gains.</summary>
    public static Init Ones { get; } = new ConstantInit(1);

    /// <summary>Uniform with variance 2 / (fan in + fan out), for tanh and sigmoid. Source: Glorot and Bengio (2010).</summary>
    public static Init GlorotUniform { get; } = new ScaledInit(Fan.Average, 1, Uniform: true);

    /// <summary>Normal with variance 2 / (fan in + fan out), for tanh and sigmoid. Source: Glorot and Bengio (2010).</summary>
    public static Init GlorotNormal { get; } = new ScaledInit(Fan.Average, 1, Uniform: false);

    /// <summary>Uniform with variance 2 / fan in, for ReLU. Source: He, Zhang, Ren and Sun (2015).</summary>
    public static Init HeUniform { get; } = new ScaledInit(Fan.In, 2, Uniform: true);

    /// <summary>Normal with variance 2 / fan in, for ReLU. Source: He, Zhang, Ren and Sun (2015).</summary>
    public static Init HeNormal { get; } = new ScaledInit(Fan.In, 2, Uniform: false);

    /// <summary>Normal with variance 1 / fan in. Source: LeCun, Bottou, Orr and Müller (1998), "Efficient backprop".</summary>
    public static Init LeCunNormal { get; } = new ScaledInit(Fan.In, 1, Uniform: false);

    /// <summary>
    /// Rows or columns, whichever are fewer, that are orthogonal and of length <paramref name="gain"/>. A convolution's
    /// weights count as a matrix (outputs, rest). Source: Saxe, McClelland and Ganguli (2014).
    /// </summary>
    /// <param name="gain">Their length.</param>
    public static Init Orthogonal(float gain = 1) => new OrthogonalInit(gain);

    /// <summary>The same number everywhere.</summary>
    public static Init Constant(float value) => new ConstantInit(value);

    /// <summary>These numbers, row-major.</summary>
    public static Init Values(params float[] values) => new ValuesInit(values);

    /// <summary>None: the values must have been set or loaded when a function first uses them.</summary>
    /// <param name="rule">Who needs what, for the message: "InputNormalisation: needs its statistics before it is used".</param>
    /// <param name="fix">What to do about it, a whole sentence.</param>
    public static Init Given(string rule, string fix) => new GivenInit(rule, fix);

    /// <summary>Normal with mean 0.</summary>
    /// <param name="deviation">The standard deviation, 0 or more.</param>
    public static Init Normal(float deviation = 1) => new NormalInit(deviation);

    /// <summary>Uniform between low and high.</summary>
    public static Init Uniform(float low, float high) => new UniformInit(low, high);

    /// <summary>
    /// Weights that end with the places of an image: those of each place are drawn as if they were alone, so that a place has
    /// the fans of a convolution's window.
    /// </summary>
    /// <param name="init">How one place's weights are drawn.</param>
    /// <param name="axes">The last axes, which name the place.</param>
    public static Init PerPlace(Init init, int axes = 2) => new PerPlaceInit(init, axes);

    /// <summary>
    /// Biases of a gated recurrent layer (gates, units) whose memories last from one step to the longest wanted: log(uniform(1, longest - 1)) for the
    /// gate that keeps, the negative for the gate that takes in, 0 for the others. Source: Tallec and Ollivier (2018).
    /// </summary>
    /// <param name="longest">Steps of the longest memory, 2 or more.</param>
    /// <param name="keeps">Number of the gate that keeps, or null.</param>
    /// <param name="takes">Number of the gate that takes in, or null.</param>
    public static Init Chrono(int longest, int? keeps, int? takes) => longest >= 2 ? new ChronoInit(longest, keeps, takes) : throw new ArgumentOutOfRangeException(
        nameof(longest), $"Chrono: needs a longest memory of 2 steps or more, but got {longest}.\nTry the length of the sequences.");
}
