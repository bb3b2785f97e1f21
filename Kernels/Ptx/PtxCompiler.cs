using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuNN.Kernels;

/// <summary>
/// Compiles kernels to PTX, NVIDIA's assembly language, on a machine that need not have a GPU. The text is what the CUDA
/// device route would hand to the driver of an sm_90 device.
/// </summary>
public sealed class PtxCompiler : IDisposable
{
    private readonly Context context;
    private readonly PTXBackend backend;

    /// <summary>Makes a compiler; the first kernel takes 0.4 s, later ones 1 to 30 ms.</summary>
    public PtxCompiler()
    {
        context = Context.Create(builder => builder.Optimize(DeviceKernels.Level));
        backend = new PTXBackend(
            context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null);
    }

    /// <summary>The PTX of a closed <see cref="IBody"/> or <see cref="IGroupBody"/>, in the loop that the device route puts around it.</summary>
    public string Compile(Type closedBody)
    {
        if (closedBody.ContainsGenericParameters)
            throw new ArgumentException($"{closedBody} is an open generic type. Close it with MakeGenericType first.", nameof(closedBody));
        var entry = typeof(IBody).IsAssignableFrom(closedBody) ? nameof(DeviceKernels.EachKernel)
            : typeof(IGroupBody).IsAssignableFrom(closedBody) ? nameof(DeviceKernels.GroupKernel)
            : throw new ArgumentException($"{closedBody} is no kernel: it implements neither {nameof(IBody)} nor {nameof(IGroupBody)}.", nameof(closedBody));
        return Compile(typeof(DeviceKernels).GetMethod(entry)!.MakeGenericMethod(closedBody));
    }

    /// <summary>The PTX of an explicitly grouped kernel: a public static method that reads its place from Grid and Group.</summary>
    public string Compile(MethodInfo kernel)
    {
        var compiled = backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default);
        return ((PTXCompiledKernel)compiled).PTXAssembly;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }
}
