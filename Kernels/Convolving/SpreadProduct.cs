using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// The other way to a convolution's gradient by its input, for windows without strides that keep the width: for some channels c at a
/// time the products (channels * places, pixels) = weights, transposed, times dy are made in cache and each is added to dx where its place
/// of the window puts it. It reads dy as it lies and suits many outputs and few inputs, where copies of dy would cost more than
/// the products. An element's sum runs over the outputs within a place, then over the places in order.
/// </summary>
internal sealed unsafe class SpreadProduct
{
    private const int FloatsOfProducts = 12 << 10;
    private const int ManyOutputs = 32;
    private const int FewTargets = 16;
    private const int FloatsOfFewSets = 256;

    public readonly ConvolutionShape Shape;
    public readonly int Lanes;

    /// <summary>Channels whose products exist at one time.</summary>
    public readonly int Channels;

    /// <summary>Floats from one channel of dy to the next, where it is read.</summary>
    public readonly int Plane;

    public readonly int Vectors;
    public readonly int Strips;

    /// <summary>Vectors across the last strip.</summary>
    public readonly int LastVectors;

    public readonly ScratchSlots Scratch;
    private readonly nint[] kernels;
    private readonly int mostRows;

    public SpreadProduct(in ConvolutionShape shape, int lanes, int threads)
    {
        (Shape, Lanes) = (shape, lanes);
        var window = shape.Window;
        var pixels = Up(window.OutPixels, lanes) * lanes;
        Channels = Math.Clamp(FloatsOfProducts / (window.Places * pixels), 1, shape.GroupInputs);
        var rows = Channels * window.Places;
        Vectors = TileKernels.VectorsFor(lanes, rows);
        mostRows = TileKernels.RowsFor(lanes, Vectors);
        Strips = Up(pixels, Vectors * lanes);
        LastVectors = Up(pixels - (Strips - 1) * Vectors * lanes, lanes);
        CopiesSource = pixels != window.OutPixels || pixels % FloatsOfFewSets == 0;
        Plane = CopiesSource ? (pixels % FloatsOfFewSets == 0 ? pixels + 16 : pixels) : window.OutPixels;
        Products = HostMemory.Room((long)rows * pixels);
        Pixels = pixels;
        Scratch = new ScratchSlots(threads, Products + (CopiesSource ? (long)shape.GroupOutputs * Plane : 0));
        kernels = new nint[(mostRows + 1) * 2];
        foreach (var channels in new[] { Channels, shape.GroupInputs % Channels })
        {
            var panels = Panels(channels * window.Places);
            for (var panel = 0; panel < panels.Count; panel++)
            {
                var size = panels.Rows(panel);
                kernels[2 * size] = (nint)TileKernels.Get(lanes, size, Vectors, panel: true);
                kernels[2 * size + 1] = (nint)TileKernels.Get(lanes, size, LastVectors, panel: true);
            }
        }
    }

    /// <summary>Floats before a slot's copy of dy.</summary>
    public long Products { get; }

    /// <summary>Pixels of dy, rounded up to whole vectors.</summary>
    public int Pixels { get; }

    /// <summary>Whether dy is copied to where its lines are whole vectors and fall into different cache sets.</summary>
    public bool CopiesSource { get; }

    /// <summary>Whether a gradient is better computed so.</summary>
    public static bool Suits(in ConvolutionShape shape) =>
        shape.Window is { RowStride: 1, ColumnStride: 1 } window && window.OutWidth == window.Width && window.Places > 1
        && shape.GroupOutputs >= ManyOutputs && shape.GroupInputs * window.WindowHeight <= FewTargets;

    /// <summary>Panels of some rows of products.</summary>
    public RowPanels Panels(int rows) => new(rows, mostRows);

    /// <summary>The micro-kernel of a panel's tile in a strip.</summary>
    public delegate*<Tile*, void> Kernel(int rows, bool isLast) => (delegate*<Tile*, void>)kernels[2 * rows + (isLast ? 1 : 0)];

    private static int Up(int count, int size) => (count + size - 1) / size;
}

/// <summary>Computes tasks of a <see cref="SpreadProduct"/>: the groups of the images.</summary>
internal readonly unsafe struct SpreadProductJob(SpreadProduct plan, PatchOperands operands, ProductEnd? end) : IHostJob
{
    private readonly SpreadProduct plan = plan;
    private readonly PatchOperands operands = operands;
    private readonly ProductEnd? end = end;

    public void Run(int first, int last)
    {
        var slot = plan.Scratch.Rent();
        try
        {
            for (var task = first; task < last; task++)
                RunTask(task, operands.Workspace + slot * plan.Scratch.Floats);
        }
        finally
        {
            plan.Scratch.Return(slot);
        }
    }

    private void RunTask(int item, float* scratch)
    {
        ref readonly var shape = ref plan.Shape;
        var window = shape.Window;
        var group = item % shape.Groups;
        var dy = operands.Source + (long)item * shape.GroupOutputs * window.OutPixels;
        if (plan.CopiesSource)
        {
            var copy = scratch + plan.Products;
            for (var output = 0; output < shape.GroupOutputs; output++)
                Buffer.MemoryCopy(dy + (long)output * window.OutPixels, copy + (long)output * plan.Plane, plan.Plane * sizeof(float), window.OutPixels * sizeof(float));
            dy = copy;
        }
        var dx = operands.Results + (long)item * shape.GroupInputs * window.Pixels;
        for (var channel = 0; channel < shape.GroupInputs; channel += plan.Channels)
        {
            var channels = Math.Min(plan.Channels, shape.GroupInputs - channel);
            Multiply(dy, operands.Weights + (long)group * shape.GroupOutputs * shape.Terms + (long)channel * window.Places, channels * window.Places, scratch);
            for (var c = 0; c < channels; c++)
            {
                var bias = operands.Bias == null ? 0 : operands.Bias[group * shape.GroupInputs + channel + c];
                Spread(scratch + (long)c * window.Places * plan.Pixels, dx + (long)(channel + c) * window.Pixels, bias);
            }
        }
        end?.Run(plan.Lanes, (long)item * shape.GroupInputs, (long)(item + 1) * shape.GroupInputs, 0, window.Pixels);
    }

    [MethodImpl(Hot.Loop)]
    private void Multiply(float* dy, float* weights, int rows, float* products)
    {
        var width = plan.Vectors * plan.Lanes;
        var panels = plan.Panels(rows);
        // The weights (outputs, terms) lie as a packed panel would: the rows of an output side by side.
        var tile = new Tile
        {
            StepOfA = (nint)plan.Shape.Terms * sizeof(float),
            StepOfB = (nint)plan.Plane * sizeof(float),
            RowOfC = (nint)plan.Pixels * sizeof(float),
            Inner = plan.Shape.GroupOutputs,
            Outer = 1,
            Start = TileKernels.Zeros,
        };
        for (var strip = 0; strip < plan.Strips; strip++)
        {
            tile.B = dy + strip * width;
            for (var panel = 0; panel < panels.Count; panel++)
            {
                var top = panels.First(panel);
                tile.A = weights + top;
                tile.C = products + (long)top * plan.Pixels + strip * width;
                plan.Kernel(panels.Rows(panel), strip == plan.Strips - 1)(&tile);
            }
        }
    }

    private void Spread(float* products, float* dx, float bias)
    {
        var window = plan.Shape.Window;
        var width = window.Width;
        new Span<float>(dx, window.Pixels).Fill(bias);
        for (var u = 0; u < window.WindowHeight; u++)
        {
            var down = u * window.RowDilation - window.Top;
            var first = Math.Max(0, -down);
            var last = Math.Min(window.OutHeight, window.Height - down);
            for (var v = 0; v < window.WindowWidth; v++, products += plan.Pixels)
            {
                if (first >= last)
                    continue;
                var along = v * window.ColumnDilation - window.Left;
                // What a row's ends would send to the neighbouring rows, belongs outside the image.
                Clear(products, first, last, width, 0, Math.Min(-along, width));
                Clear(products, first, last, width, Math.Max(width - along, 0), width);
                var shift = down * width + along;
                var begin = Math.Max(first * width, -shift);
                var end = Math.Min(last * width, window.Pixels - shift);
                if (begin < end)
                    Add(products + begin, dx + begin + shift, end - begin);
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Clear(float* products, int first, int last, int width, int begin, int end)
    {
        for (var c = begin; c < end; c++)
            for (var row = first; row < last; row++)
                products[row * width + c] = 0;
    }

    private void Add(float* from, float* to, int count)
    {
        switch (plan.Lanes)
        {
            case 16: Add<Lane512>(from, to, count); break;
            case 8: Add<Lane256>(from, to, count); break;
            default: Add<Lane128>(from, to, count); break;
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Add<T>(float* from, float* to, int count) where T : struct, IHostLane<T>
    {
        var i = 0;
        for (; i + T.Width <= count; i += T.Width)
            T.Store(to + i, T.Load(to + i) + T.Load(from + i));
        if (i < count)
            T.StorePart(to + i, T.LoadPart(to + i, count - i, 0) + T.LoadPart(from + i, count - i, 0), count - i);
    }
}
