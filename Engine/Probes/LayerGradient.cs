namespace GpuNN;

/// <summary>What a <see cref="GradientProbe"/> measured of one layer.</summary>
/// <param name="Layer">Where it stands and what it is: "3 Dense(64 -> 64)".</param>
/// <param name="Gradient">Euclidean norm of the gradient of the loss by the layer's own trainable parameters; null if it has none.</param>
/// <param name="Output">Root of the mean square of what the layer makes; null where its owner calls it by Forward.</param>
/// <param name="OutputGradient">Euclidean norm of the gradient of the loss by what the layer makes; null as above.</param>
public sealed record LayerGradient(string Layer, double? Gradient, double? Output, double? OutputGradient);
