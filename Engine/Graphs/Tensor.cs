using GpuNN.Pointwise;

namespace GpuNN;

/// <summary>
/// A symbolic tensor: what a recording passes around. It has a shape and a kind of element, and stands for numbers that
/// exist when the compiled function runs. A <see cref="Node"/> computes it, or it is a <see cref="Parameter"/>, an
/// <see cref="Input"/> or a <see cref="Constant"/>.
/// </summary>
public abstract class Tensor
{
    private protected Tensor(Shape shape, ElementKind kind)
    {
        Shape = shape;
        Kind = kind;
    }

    /// <summary>Sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>Float or int.</summary>
    public ElementKind Kind { get; }

    /// <summary>The name under which a function's results hold it, if it was given one.</summary>
    public string? Name { get; private set; }

    /// <summary>Where in the model it was made, for people: <c>encoder.logvar</c>.</summary>
    internal virtual string Place => "";

    /// <summary>Gives it the name under which the function's results hold it.</summary>
    public Tensor Named(string name)
    {
        Name = name;
        return this;
    }

    /// <summary>A number as a tensor of rank 0.</summary>
    public static implicit operator Tensor(float value) => new Constant(value);

    /// <summary>Sum, element by element, with broadcasting.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => Arithmetic.Add(a, b);

    /// <summary>Difference, element by element, with broadcasting.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => Arithmetic.Subtract(a, b);

    /// <summary>Product, element by element, with broadcasting.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => Arithmetic.Multiply(a, b);

    /// <summary>Quotient, element by element, with broadcasting.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => Arithmetic.Divide(a, b);

    /// <summary>Negation.</summary>
    public static Tensor operator -(Tensor a) => a is Constant c ? new Constant(-c.Value) : a.Map<Negate>();

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} {Shape}";
}
