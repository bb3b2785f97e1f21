namespace GpuNN;

/// <summary>Shapes that break an operation's rule: who and the rule, what came, the likely fix, where in the model.</summary>
public sealed class ShapeException : Exception
{
    /// <summary>An error with its whole text.</summary>
    public ShapeException(string message) : base(message) { }

    /// <summary>The error of an operation that its operands do not fit.</summary>
    /// <param name="operation">Who complains.</param>
    /// <param name="shapes">What came.</param>
    /// <param name="wanted">The rule: "needs ...".</param>
    /// <param name="fix">The likely fix, a whole sentence.</param>
    public static ShapeException For(Operation operation, ReadOnlySpan<Shape> shapes, string wanted, string fix) =>
        new($"{operation.Name}: {wanted}, but got {string.Join(" and ", shapes.ToArray())}.\n{fix}");

    internal ShapeException At(string place) => place.Length == 0 || Message.Contains("\nIn ") ? this : new($"{Message}\nIn {place}");
}
