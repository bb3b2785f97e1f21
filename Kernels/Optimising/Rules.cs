using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Gradient descent: p -= rate g.</summary>
public readonly struct SgdRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T> =>
        new(p - c.Rate * c.Penalised(g, p), s, u);
}

/// <summary>
/// Gradient descent with momentum: s = momentum s + g; p -= rate s.
/// Source: Polyak (1964), in the form of Sutskever et al. (2013) with the rate outside.
/// </summary>
public readonly struct MomentumRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        s = T.MultiplyAdd(c.Momentum, s, c.Penalised(g, p));
        return new(p - c.Rate * s, s, u);
    }
}

/// <summary>
/// Nesterov's momentum: s = momentum s + g; p -= rate (g + momentum s), with p the look-ahead point.
/// Source: Nesterov (1983); Sutskever et al. (2013).
/// </summary>
public readonly struct NesterovRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        g = c.Penalised(g, p);
        s = T.MultiplyAdd(c.Momentum, s, g);
        return new(p - c.Rate * T.MultiplyAdd(c.Momentum, s, g), s, u);
    }
}

/// <summary>
/// RMSProp: s = beta2 s + (1 - beta2) g^2; p -= rate g / (sqrt(s) + epsilon).
/// Source: Tieleman and Hinton (2012), lecture 6.5.
/// </summary>
public readonly struct RmsPropRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        g = c.Penalised(g, p);
        s = T.MultiplyAdd(c.Beta2, s, c.Rest2 * (g * g));
        return new(p - c.Rate * g / (T.Sqrt(s) + c.Epsilon), s, u);
    }
}

/// <summary>
/// AdaGrad: s += g^2; p -= rate g / (sqrt(s) + epsilon).
/// Source: Duchi, Hazan and Singer (2011).
/// </summary>
public readonly struct AdaGradRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        g = c.Penalised(g, p);
        s = T.MultiplyAdd(g, g, s);
        return new(p - c.Rate * g / (T.Sqrt(s) + c.Epsilon), s, u);
    }
}

/// <summary>
/// Adam: s = beta1 s + (1 - beta1) g; u = beta2 u + (1 - beta2) g^2;
/// p -= rate / (1 - beta1^t) s / (sqrt(u) / sqrt(1 - beta2^t) + epsilon).
/// Source: Kingma and Ba (2015).
/// </summary>
public readonly struct AdamRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T> =>
        Adapt(p, c.Penalised(g, p), s, u, c);

    /// <summary>The step without a penalty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Stepped<T> Adapt<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        s = T.MultiplyAdd(c.Beta1, s, c.Rest1 * g);
        u = T.MultiplyAdd(c.Beta2, u, c.Rest2 * (g * g));
        return new(p - c.Rate * c.Correction1 * s / T.MultiplyAdd(T.Sqrt(u), c.RootCorrection2, c.Epsilon), s, u);
    }
}

/// <summary>
/// AdamW: Adam on the plain gradient, and p -= rate decay p beside it.
/// Source: Loshchilov and Hutter (2019).
/// </summary>
public readonly struct AdamWRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T> =>
        AdamRule.Adapt(p - c.Rate * c.Decay * p, g, s, u, c);
}
