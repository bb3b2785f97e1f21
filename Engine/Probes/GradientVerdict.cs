namespace GpuNN;

/// <summary>What gradients do on their way from the last layer to the first.</summary>
public enum GradientVerdict
{
    /// <summary>They keep their size, as far as training needs it.</summary>
    Steady,

    /// <summary>They become too small for the first layers to learn.</summary>
    Vanishing,

    /// <summary>They become so large that a step throws the first layers about, or are no numbers any more.</summary>
    Exploding,
}
