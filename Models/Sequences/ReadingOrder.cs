namespace GpuNN;

/// <summary>From where to where an encoder reads a source.</summary>
public enum ReadingOrder
{
    /// <summary>From the first token to the last, which is remembered best.</summary>
    Forwards,

    /// <summary>From the last token to the first, so that the start of the answer is near what it comes from. Source: Sutskever, Vinyals and Le (2014).</summary>
    Backwards,

    /// <summary>In both directions; the decoder starts from the state at the first token. Source: Bahdanau, Cho and Bengio (2015).</summary>
    Both,
}
