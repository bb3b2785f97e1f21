using GpuNN.Kernels;

namespace GpuNN;

/// <summary>An operation whose kernel can run a pointwise program on its finished elements while they are in cache.</summary>
internal interface IEndedOperation
{
    /// <summary>How many of the output's last axes make up a row of what the kernel finishes together.</summary>
    int RowAxes(Shape y);

    /// <summary>Queues the kernel with a program in its end.</summary>
    void Launch(Route route, Operands at, ProductEnd? end);
}
