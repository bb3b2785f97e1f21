namespace GpuNN;

/// <summary>
/// The arithmetic behind the operators. What is known while recording (a sum with 0, a product with 1, of two constants)
/// makes no node, which keeps gradient graphs small.
/// </summary>
public static class Arithmetic
{
    internal static Tensor Add(Tensor a, Tensor b) => (a, b) switch
    {
        (Constant x, Constant y) => new Constant(x.Value + y.Value),
        (Constant { Value: 0 }, _) => b,
        (_, Constant { Value: 0 }) => a,
        _ => Graph.Node(new Operations.Add(), a, b),
    };

    internal static Tensor Subtract(Tensor a, Tensor b) => (a, b) switch
    {
        (Constant x, Constant y) => new Constant(x.Value - y.Value),
        (_, Constant { Value: 0 }) => a,
        (Constant { Value: 0 }, _) => -b,
        _ => Graph.Node(new Operations.Subtract(), a, b),
    };

    internal static Tensor Multiply(Tensor a, Tensor b) => (a, b) switch
    {
        (Constant x, Constant y) => new Constant(x.Value * y.Value),
        (Constant { Value: 1 }, _) => b,
        (_, Constant { Value: 1 }) => a,
        _ => Graph.Node(new Operations.Multiply(), a, b),
    };

    internal static Tensor Divide(Tensor a, Tensor b) => (a, b) switch
    {
        (Constant x, Constant y) => new Constant(x.Value / y.Value),
        (_, Constant y) => Multiply(a, new Constant(1 / y.Value)),
        _ => Graph.Node(new Operations.Divide(), a, b),
    };

    /// <summary>The greater of two, element by element; NaN passes through.</summary>
    public static Tensor Maximum(this Tensor a, Tensor b) => Graph.Node(new Operations.Maximum(), a, b);

    /// <summary>The smaller of two, element by element; NaN passes through.</summary>
    public static Tensor Minimum(this Tensor a, Tensor b) => Graph.Node(new Operations.Minimum(), a, b);

    /// <summary>a to the b, for a above 0.</summary>
    public static Tensor Power(this Tensor a, Tensor b) => Graph.Node(new Operations.Power(), a, b);

    /// <summary>x limited to [low, high].</summary>
    public static Tensor Clamp(this Tensor x, float low, float high) => x.Maximum(low).Minimum(high);
}

/// <summary>Comparisons and choices on tensors.</summary>
public static class Choices
{
    /// <summary>1 where a &gt; b, else 0.</summary>
    public static Tensor Greater(this Tensor a, Tensor b) => Graph.Node(new Operations.Greater(), a, b);

    /// <summary>1 where a = b, else 0.</summary>
    public static Tensor Equal(this Tensor a, Tensor b) => Graph.Node(new Operations.Equal(), a, b);

    /// <summary>a &gt; b ? yes : no.</summary>
    public static Tensor WhereGreater(Tensor a, Tensor b, Tensor yes, Tensor no) => Graph.Node(new Operations.WhereGreater(), a, b, yes, no);

    /// <summary>a = b ? yes : no.</summary>
    public static Tensor WhereEqual(Tensor a, Tensor b, Tensor yes, Tensor no) => Graph.Node(new Operations.WhereEqual(), a, b, yes, no);
}
