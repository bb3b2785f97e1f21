namespace GpuNN;

/// <summary>How a decoder looks at the steps of the encoder, beside the code that it starts from.</summary>
public enum DecoderAttention
{
    /// <summary>It does not: the code must hold the whole source. Source: Sutskever, Vinyals and Le (2014).</summary>
    None,

    /// <summary>
    /// Behind the recurrent step, in the general dot form: its output asks, and the answer joins it. All steps are taught at once.
    /// Source: Luong, Pham and Manning (2015).
    /// </summary>
    General,

    /// <summary>
    /// Before the recurrent step, in the additive form: the state asks, and the answer joins the input of the step and its output. So it knows
    /// where it looked last, and is taught step by step. Source: Bahdanau, Cho and Bengio (2015).
    /// </summary>
    Additive,

    /// <summary>
    /// As additive, and the scores know where it looked at the step before, three places to both sides: it can walk along sources longer
    /// than any that it learned from. Source: Chorowski et al. (2015).
    /// </summary>
    Location,
}
