using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>How a host method stores its results.</summary>
internal enum HostStores
{
    /// <summary>Whole lanes.</summary>
    Whole,

    /// <summary>Whole lanes, past the caches.</summary>
    Streaming,

    /// <summary>The first elements of a lane; it loads no more either.</summary>
    Part,
}

/// <summary>
/// A program's host form at one lane width: the emitted methods and what shares their rectangles out.
/// The addresses are those of the leaves, then the outputs, then the constants.
/// </summary>
internal sealed unsafe class HostForm
{
    // Cuts of one long row fall on multiples of this, so that no two threads share a line.
    private const int Grain = 1024;

    private readonly PointwiseProgram program;
    private readonly int width;
    private readonly bool streaming;
    private readonly int leaves;
    private readonly int operands;
    private readonly bool[] advances;
    private readonly bool isFlat;
    private readonly delegate*<float**, int, int, nint*, void> whole;
    private readonly Lock gate = new();
    private nint part;

    /// <summary>The form at a width of 4, 8 or 16 floats.</summary>
    /// <param name="program">A checked program.</param>
    /// <param name="width">Floats in a vector.</param>
    /// <param name="streaming">Whether the outputs go past the caches.</param>
    public HostForm(PointwiseProgram program, int width, bool streaming)
    {
        this.program = program;
        this.width = width;
        this.streaming = streaming;
        leaves = program.Leaves.Length;
        operands = leaves + program.Outputs.Length;
        advances = [.. Enumerable.Range(0, operands).Select(k => HostEmitter.Advances(program, k))];
        isFlat = program.IsFlat;
        whole = HostEmitter.Emit(program, Lane(width), width, streaming ? HostStores.Streaming : HostStores.Whole);
    }

    /// <summary>Runs a rectangle on the calling thread and touches no memory outside it.</summary>
    /// <param name="at">Addresses of the first numbers.</param>
    /// <param name="n">Elements of a row.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="strides">Bytes from a row to the next, of every leaf and output.</param>
    [SkipLocalsInit]
    public void Run(float** at, int n, int rows, nint* strides)
    {
        if (rows > 1 && isFlat && strides[leaves] == (nint)n * sizeof(float))
            (n, rows) = (n * rows, 1);
        var even = n & -width;
        if (even > 0)
            whole(at, even, rows, strides);
        if (even < n)
        {
            var rest = stackalloc float*[PointwiseProgram.MostOperands + 1];
            for (var k = 0; k < operands; k++)
                rest[k] = advances[k] ? at[k] + even : at[k];
            rest[operands] = at[operands];
            Part()(rest, n - even, rows, strides);
        }
        if (streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    /// <summary>Runs all rows of (outer, inner) on the route's threads; an outer size of 1 is cut within the row.</summary>
    public void Run(HostRoute route, float** at, int outer, int inner, float cost)
    {
        var strides = stackalloc nint[operands];
        Strides(strides, inner);
        if (outer == 1)
            route.Split(inner, Grain, new RowJob(this, at, strides), cost);
        else
            route.Split(outer, Math.Max(1, 16 / inner), new RowsJob(this, at, strides, inner), cost * inner);
    }

    // Programs run over whole lanes much more often than not.
    private delegate*<float**, int, int, nint*, void> Part()
    {
        if (Volatile.Read(ref part) == 0)
        {
            lock (gate)
            {
                if (part == 0)
                    Volatile.Write(ref part, (nint)HostEmitter.Emit(program, Lane(width), width, HostStores.Part));
            }
        }
        return (delegate*<float**, int, int, nint*, void>)part;
    }

    private void Strides(nint* strides, int inner)
    {
        for (var k = 0; k < operands; k++)
        {
            var floats = k >= leaves || program.Leaves[k] == LeafKind.Full ? inner : program.Leaves[k] == LeafKind.Column ? 1 : 0;
            strides[k] = (nint)floats * sizeof(float);
        }
    }

    private static Type Lane(int width) => width switch
    {
        16 => typeof(Lane512),
        8 => typeof(Lane256),
        4 => typeof(Lane128),
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "A host lane is 4, 8 or 16 floats wide. Pass the route's LaneWidth."),
    };

    /// <summary>Runs the elements [first, last) of one row.</summary>
    private readonly struct RowJob(HostForm form, float** at, nint* strides) : IHostJob
    {
        [SkipLocalsInit]
        public void Run(int first, int last)
        {
            var own = stackalloc float*[PointwiseProgram.MostOperands + 1];
            for (var k = 0; k < form.operands; k++)
                own[k] = form.advances[k] ? at[k] + first : at[k];
            own[form.operands] = at[form.operands];
            form.Run(own, last - first, 1, strides);
        }
    }

    /// <summary>Runs the rows [first, last).</summary>
    private readonly struct RowsJob(HostForm form, float** at, nint* strides, int inner) : IHostJob
    {
        [SkipLocalsInit]
        public void Run(int first, int last)
        {
            var own = stackalloc float*[PointwiseProgram.MostOperands + 1];
            for (var k = 0; k < form.operands; k++)
                own[k] = (float*)((byte*)at[k] + first * strides[k]);
            own[form.operands] = at[form.operands];
            form.Run(own, inner, last - first, strides);
        }
    }
}
