using System.Collections.Concurrent;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuNN.Kernels;

/// <summary>
/// A device that ILGPU drives: CUDA, OpenCL, or ILGPU's own CPU accelerator for tests. Kernels are compiled when first
/// launched and kept for the route's life; launches are queued on the route's own stream. They are compiled one after the other,
/// because ILGPU generates code for one kernel of a context at a time: 39 kernels took 0.72 s to PTX on one thread and 0.75 s on two.
/// </summary>
public sealed unsafe class DeviceRoute : Route
{
    private const int PreferredGroupSize = 256;
    private const int GroupsAMultiprocessor = 16;

    /// <summary>Indices that one launch of a fill takes at most; a block may have more.</summary>
    private const long MostIndices = 1 << 30;

    private readonly Accelerator accelerator;
    private readonly AcceleratorStream stream;
    private readonly ConcurrentDictionary<Type, Delegate> bodies = new();
    private readonly ConcurrentDictionary<(MethodInfo Kernel, Type Launcher), Delegate> kernels = new();
    private readonly IGraphDriver? graphs;
    private readonly int mostEachGroups;
    private readonly int eachGroupSize;
    private CudaStaging? staging;
    private List<IDeviceLaunch>? capturing;

    /// <summary>Takes over an accelerator: the route disposes it with its context.</summary>
    /// <param name="accelerator">ILGPU's accelerator; nothing else uses its context.</param>
    /// <param name="name">Name of the device in a command line, as <c>cuda:0</c>.</param>
    /// <param name="graphs">Makes graphs of launches; CUDA's own for a CUDA device if null, and none for others.</param>
    public DeviceRoute(Accelerator accelerator, string name, IGraphDriver? graphs = null)
    {
        this.accelerator = accelerator;
        Name = name;
        stream = accelerator.CreateStream();
        this.graphs = graphs ?? (stream is CudaStream cuda ? new CudaGraphDriver(cuda) : null);
        var simulated = accelerator is CPUAccelerator;
        var largest = 1 << BitOperations.Log2((uint)accelerator.MaxNumThreadsPerGroup);
        GroupSize = simulated ? largest : Math.Min(largest, PreferredGroupSize);
        // ILGPU's CPU accelerator is a simulator that pays about 1 us for every thread of a launch.
        eachGroupSize = simulated ? 2 : GroupSize;
        mostEachGroups = simulated ? 1 : accelerator.NumMultiprocessors * GroupsAMultiprocessor;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Description =>
        $"{Name} {accelerator.Name.Trim()} ({accelerator.NumMultiprocessors} multiprocessors, {accelerator.MemorySize / (1024.0 * 1024 * 1024):N1} GiB)";

    /// <summary>Threads of a group that suit most kernels: 256 on a GPU, the largest power of two on ILGPU's CPU accelerator.</summary>
    public int GroupSize { get; }

    /// <summary>ILGPU's accelerator, for its limits and capabilities.</summary>
    public Accelerator Accelerator => accelerator;

    /// <summary>The stream on which the route launches and copies.</summary>
    public AcceleratorStream Stream => stream;

    /// <inheritdoc/>
    public override Block Allocate(long elements)
    {
        if (elements < 1)
            throw new ArgumentOutOfRangeException(nameof(elements), elements, "A block needs at least one element.");
        RefuseInCapture("allocating memory");
        Block block;
        if (accelerator is CPUAccelerator)
        {
            block = HostMemory.Allocate(elements, accelerator);
        }
        else
        {
            var room = HostMemory.Room(elements);
            var buffer = Reserve(room);
            block = new Block(buffer, new View(new ArrayView<float>(buffer, 0, elements), 0, (int)(room - elements)));
        }
        Whole(block.View).MemSetToZero(stream);
        return block;
    }

    /// <inheritdoc/>
    public override void Each<TBody>(int count, in TBody body, float cost = 2)
    {
        if (count <= 0)
            return;
        var launcher = (Action<AcceleratorStream, KernelConfig, int, TBody>)bodies.GetOrAdd(typeof(TBody), static (_, owner) =>
        {
            owner.RefuseInCapture("loading a kernel");
            return owner.accelerator.LoadKernel<int, TBody>(DeviceKernels.EachKernel);
        }, this);
        Queue(new EachLaunch<TBody>(launcher, EachConfig(count), count, body));
    }

    /// <summary>Runs a body written for groups. 0 groups do nothing.</summary>
    /// <param name="groups">Number of groups.</param>
    /// <param name="groupSize">Threads of a group; <see cref="GroupSize"/> where nothing else is wanted.</param>
    /// <param name="body">The kernel with its operands.</param>
    public void Groups<TBody>(int groups, int groupSize, in TBody body) where TBody : struct, IGroupBody
    {
        if (groups <= 0)
            return;
        if (groupSize < 1 || groupSize > accelerator.MaxNumThreadsPerGroup)
            throw new ArgumentOutOfRangeException(nameof(groupSize), groupSize,
                $"{Name} runs 1 to {accelerator.MaxNumThreadsPerGroup} threads a group. Use the route's GroupSize, {GroupSize}.");
        var launcher = (Action<AcceleratorStream, KernelConfig, TBody>)bodies.GetOrAdd(typeof(TBody), static (_, owner) =>
        {
            owner.RefuseInCapture("loading a kernel");
            return owner.accelerator.LoadKernel<TBody>(DeviceKernels.GroupKernel);
        }, this);
        Queue(new GroupsLaunch<TBody>(launcher, new KernelConfig(groups, groupSize), body));
    }

    /// <summary>Queues a launch on the route's stream, or notes it where launches are captured.</summary>
    public void Queue<TLaunch>(in TLaunch launch) where TLaunch : struct, IDeviceLaunch
    {
        if (capturing is null)
            launch.Run(stream);
        else
            capturing.Add(launch);
    }

    /// <inheritdoc/>
    public override CapturedLaunches Capture(Action launches)
    {
        RefuseInCapture("another capture");
        var noted = capturing = [];
        try
        {
            launches();
        }
        finally
        {
            capturing = null;
        }
        var list = new LaunchList(stream, [.. noted]);
        return graphs is null || list.Count == 0 ? list : LaunchGraph.Of(list, graphs);
    }

    /// <summary>
    /// The launcher of a kernel that is known at run time only, compiled once and kept. The kernel is a public static method that
    /// reads its place from <see cref="Grid"/> and <see cref="Group"/>.
    /// </summary>
    /// <typeparam name="TDelegate">An action of (<see cref="AcceleratorStream"/>, <see cref="KernelConfig"/>, the kernel's parameters).</typeparam>
    public TDelegate LoadKernel<TDelegate>(MethodInfo kernel) where TDelegate : Delegate =>
        (TDelegate)kernels.GetOrAdd((kernel, typeof(TDelegate)),
            static (key, owner) =>
            {
                owner.RefuseInCapture("loading a kernel");
                return owner.accelerator.LoadKernel(key.Kernel).CreateLauncherDelegate<TDelegate>();
            }, this);

    /// <summary>Groups and group size with which <see cref="Each"/> would launch a loop over some indices.</summary>
    public KernelConfig EachConfig(int count) =>
        new(Math.Max(1, Math.Min((int)(((long)count + eachGroupSize - 1) / eachGroupSize), mostEachGroups)), eachGroupSize);

    /// <inheritdoc/>
    public override void CopyIn(ReadOnlySpan<float> source, View target)
    {
        Matching.Lengths(source.Length, target.Length);
        if (source.IsEmpty)
            return;
        RefuseInCapture("copying numbers to the device");
        accelerator.Bind();
        var bytes = (nint)source.Length * sizeof(float);
        fixed (float* from = source)
        {
            switch (accelerator)
            {
                case CudaAccelerator:
                    staging ??= new CudaStaging((CudaStream)stream);
                    staging.CopyIn((byte*)from, Address(target), bytes);
                    break;
                case CLAccelerator:
                    CLException.ThrowIfFailed(CLAPI.CurrentAPI.WriteBuffer(
                        stream, Memory(target.Floats).NativePtr, blockingWrite: true, Offset(target.Floats), bytes, (nint)from));
                    break;
                default:
                    stream.Synchronize();
                    Buffer.MemoryCopy(from, (void*)Address(target), bytes, bytes);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public override void CopyIn(ReadOnlySpan<int> source, View target) =>
        CopyIn(MemoryMarshal.Cast<int, float>(source), target);

    /// <inheritdoc/>
    public override void CopyOut(View source, Span<float> target)
    {
        Matching.Lengths(source.Length, target.Length);
        if (target.IsEmpty)
            return;
        RefuseInCapture("reading numbers back");
        accelerator.Bind();
        var bytes = (nint)target.Length * sizeof(float);
        fixed (float* to = target)
        {
            switch (accelerator)
            {
                case CudaAccelerator:
                    CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.MemcpyAsync((nint)to, Address(source), bytes, stream));
                    stream.Synchronize();
                    break;
                case CLAccelerator:
                    CLException.ThrowIfFailed(CLAPI.CurrentAPI.ReadBuffer(
                        stream, Memory(source.Floats).NativePtr, blockingRead: true, Offset(source.Floats), bytes, (nint)to));
                    break;
                default:
                    stream.Synchronize();
                    Buffer.MemoryCopy((void*)Address(source), to, bytes, bytes);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public override void CopyOut(View source, Span<int> target) =>
        CopyOut(source, MemoryMarshal.Cast<int, float>(target));

    /// <inheritdoc/>
    public override void Copy(View source, View target)
    {
        Matching.Lengths(source.Length, target.Length);
        if (source.Length > 0)
            Queue(new CopyLaunch(source.Floats, target.Floats));
    }

    /// <inheritdoc/>
    public override void Fill(View target, float value)
    {
        if (target.Length == 0)
            return;
        var all = Whole(target);
        for (long first = 0; first < all.Length; first += MostIndices)
        {
            var piece = (int)Math.Min(all.Length - first, MostIndices);
            Each(piece, new FillBody(all.SubView(first, piece), value));
        }
    }

    /// <inheritdoc/>
    public override void Synchronise()
    {
        RefuseInCapture("waiting for the device");
        stream.Synchronize();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (accelerator.IsDisposed)
            return;
        var context = accelerator.Context;
        try
        {
            accelerator.Bind();
            stream.Synchronize();
            staging?.Dispose();
            stream.Dispose();
            accelerator.Dispose();
            context.Dispose();
        }
        catch (AcceleratorException)
        {
            // After a fault in a kernel the driver refuses everything. Whoever disposes is on the way out with the first error,
            // which this one must not replace; the driver takes the memory back with the process.
        }
    }

    // A replay would not repeat it, and a driver ends the capture over it.
    private void RefuseInCapture(string what)
    {
        if (capturing is not null)
            throw new DeviceException($"{Name}: {what} cannot be captured. Do it before the step, or once in a step that is not captured.");
    }

    /// <summary>A view's elements and the room behind them.</summary>
    private static ArrayView<float> Whole(View view) =>
        new(Memory(view.Floats), Start(view.Floats), view.Length + view.Padding);

    private static nint Address(View view) => view.Floats.LoadEffectiveAddressAsPtr();

    // Through a constrained type parameter, because the interfaces' members are explicit and a cast would box.
    private static MemoryBuffer Memory<TView>(TView view) where TView : struct, IArrayView => view.Buffer;

    private static long Start<TView>(TView view) where TView : struct, IContiguousArrayView => view.Index;

    private static nint Offset<TView>(TView view) where TView : struct, IContiguousArrayView => (nint)view.IndexInBytes;

    private MemoryBuffer Reserve(long room)
    {
        try
        {
            return accelerator.AllocateRaw(room, sizeof(float));
        }
        catch (Exception cause) when (cause is CudaException or CLException or OutOfMemoryException)
        {
            throw new DeviceException(
                $"{Name}: out of memory: a block of {room * sizeof(float):N0} bytes was asked for, and the device has {accelerator.MemorySize:N0} bytes in all. " +
                "Use a smaller batch or a smaller model.", cause);
        }
    }

    private readonly struct EachLaunch<TBody>(
        Action<AcceleratorStream, KernelConfig, int, TBody> launcher, KernelConfig config, int count, TBody body) : IDeviceLaunch
        where TBody : struct, IBody
    {
        public void Run(AcceleratorStream stream) => launcher(stream, config, count, body);
    }

    private readonly struct GroupsLaunch<TBody>(Action<AcceleratorStream, KernelConfig, TBody> launcher, KernelConfig config, TBody body) : IDeviceLaunch
        where TBody : struct, IGroupBody
    {
        public void Run(AcceleratorStream stream) => launcher(stream, config, body);
    }

    private readonly struct CopyLaunch(ArrayView<float> source, ArrayView<float> target) : IDeviceLaunch
    {
        public void Run(AcceleratorStream stream) => source.CopyTo(stream, target);
    }
}
