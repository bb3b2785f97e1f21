namespace GpuNN;

/// <summary>What a scan gives.</summary>
/// <param name="Final">Each state after the last step that ran.</param>
/// <param name="Outputs">Each output of the body, with the steps on the first axis.</param>
public sealed record Scanned(IReadOnlyList<Tensor> Final, IReadOnlyList<Tensor> Outputs);
