namespace GpuNN;

/// <summary>The part of a neural Turing machine that moves its heads.</summary>
public enum MemoryController
{
    /// <summary>Long short-term memory: i, f, o = sigmoid(z), g = tanh(z), c' = f c + i g, h = o tanh(c').</summary>
    Lstm,

    /// <summary>A layer without a state: h = tanh(z). All that it remembers is in the memory.</summary>
    FeedForward,
}
