using ILGPU;

namespace GpuNN.Kernels;

/// <summary>What an emitted device program implements.</summary>
public interface IDeviceProgram
{
    /// <summary>Evaluates one element: reads the leaves, writes the outputs.</summary>
    /// <param name="operands">Leaves, outputs and constants.</param>
    /// <param name="full">Index of the element.</param>
    /// <param name="outer">Its row.</param>
    /// <param name="inner">Its place in the row.</param>
    static abstract void Eval(DeviceOperands operands, int full, int outer, int inner);
}

/// <summary>The device kernels around an emitted program: each thread takes every (threads of the launch)-th element.</summary>
public static class FusedKernels
{
    /// <summary>One row of count elements: nothing is divided.</summary>
    public static void Flat<TProgram>(DeviceOperands operands, int count) where TProgram : struct, IDeviceProgram
    {
        // Read once: on ILGPU's CPU accelerator each of these is a look-up in thread-local storage.
        var step = (uint)(Grid.DimX * Group.DimX);
        for (var full = (uint)((Grid.IdxX * Group.DimX) + Group.IdxX); full < (uint)count; full += step)
            TProgram.Eval(operands, (int)full, 0, (int)full);
    }

    /// <summary>Rows of inner elements with operands that are broadcast over rows or within them.</summary>
    public static void Rows<TProgram>(DeviceOperands operands, int count, int inner) where TProgram : struct, IDeviceProgram
    {
        var step = (uint)(Grid.DimX * Group.DimX);
        for (var full = (uint)((Grid.IdxX * Group.DimX) + Group.IdxX); full < (uint)count; full += step)
        {
            var outer = full / (uint)inner;
            TProgram.Eval(operands, (int)full, (int)outer, (int)(full - outer * (uint)inner));
        }
    }
}
