namespace GpuNN;

/// <summary>A tensor that a caller feeds at every run.</summary>
public sealed class Input : Tensor
{
    internal Input(string feed, Shape shape, ElementKind kind) : base(shape, kind) => Feed = feed;

    /// <summary>The name of its feed.</summary>
    public string Feed { get; }

    /// <summary>For labels: feeds outside [0, Classes) are refused, except <see cref="Ignored"/>. 0 checks nothing.</summary>
    public int Classes { get; internal set; }

    /// <summary>A label that is allowed although it is no class.</summary>
    public int? Ignored { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"input {Feed} {Shape}";
}
