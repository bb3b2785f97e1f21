namespace GpuNN.Kernels;

/// <summary>
/// What softmax and log-softmax do differently, written once over a lane. A struct without fields. With d = x - max of
/// the row and e = exp(d): y = Last(First(d, e), Factor(sum of e)).
/// </summary>
public interface ISoftmaxForm
{
    /// <summary>What is kept of an element before the row's sum is known.</summary>
    static abstract T First<T>(T d, T e) where T : struct, ILane<T>;

    /// <summary>What the row's sum of exponentials contributes.</summary>
    static abstract T Factor<T>(T sum) where T : struct, ILane<T>;

    /// <summary>The result.</summary>
    static abstract T Last<T>(T kept, T factor) where T : struct, ILane<T>;

    /// <summary>What an element adds to the row's sum of the gradient.</summary>
    static abstract T Term<T>(T y, T dy) where T : struct, ILane<T>;

    /// <summary>The gradient, given the row's sum of terms.</summary>
    static abstract T Gradient<T>(T y, T dy, T sum) where T : struct, ILane<T>;
}

/// <summary>y = e / sum e; dx = y (dy - sum y dy).</summary>
public readonly struct SoftmaxForm : ISoftmaxForm
{
    /// <inheritdoc/>
    public static T First<T>(T d, T e) where T : struct, ILane<T> => e;

    /// <inheritdoc/>
    public static T Factor<T>(T sum) where T : struct, ILane<T> => T.One / sum;

    /// <inheritdoc/>
    public static T Last<T>(T kept, T factor) where T : struct, ILane<T> => kept * factor;

    /// <inheritdoc/>
    public static T Term<T>(T y, T dy) where T : struct, ILane<T> => y * dy;

    /// <inheritdoc/>
    public static T Gradient<T>(T y, T dy, T sum) where T : struct, ILane<T> => y * (dy - sum);
}

/// <summary>y = d - log sum e; dx = dy - exp(y) sum dy.</summary>
public readonly struct LogSoftmaxForm : ISoftmaxForm
{
    /// <inheritdoc/>
    public static T First<T>(T d, T e) where T : struct, ILane<T> => d;

    /// <inheritdoc/>
    public static T Factor<T>(T sum) where T : struct, ILane<T> => T.Log(sum);

    /// <inheritdoc/>
    public static T Last<T>(T kept, T factor) where T : struct, ILane<T> => kept - factor;

    /// <inheritdoc/>
    public static T Term<T>(T y, T dy) where T : struct, ILane<T> => dy;

    /// <inheritdoc/>
    public static T Gradient<T>(T y, T dy, T sum) where T : struct, ILane<T> => dy - T.Exp(y) * sum;
}
