namespace GpuNN;

/// <summary>Where a transformer normalises.</summary>
public enum NormPlace
{
    /// <summary>Before each part, x + f(norm(x)): the shortcut is clear all the way, and no warm-up is needed. Source: Xiong et al. (2020).</summary>
    Before,

    /// <summary>Behind each sum, norm(x + f(x)), as in Vaswani et al. (2017).</summary>
    Behind,
}
