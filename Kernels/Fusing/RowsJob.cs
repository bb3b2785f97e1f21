using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>Runs elements [first, last) of one row: whole vectors by the emitted method, the rest through small buffers.</summary>
internal readonly unsafe struct RowJob<T>(
    delegate*<float**, int, void> rows, float** at, bool* vectors, int leaves, int operands, bool streaming) : IHostJob
    where T : struct, IHostLane<T>
{
    private const int MostPlaces = PointwiseProgram.MostOperands + 1;

    public int Operands => operands;

    public float** At => at;

    [SkipLocalsInit]
    public void Run(int first, int last)
    {
        var own = stackalloc float*[MostPlaces];
        for (var k = 0; k < operands; k++)
            own[k] = vectors[k] ? at[k] + first : at[k];
        own[operands] = at[operands];
        Row(own, last - first);
        Fence();
    }

    public void Fence()
    {
        if (streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Row(float** own, int n)
    {
        var whole = n & -T.Width;
        if (whole > 0)
            rows(own, whole);
        if (whole < n)
            Part(own, whole, n - whole);
    }

    // The emitted method runs on copies of the last elements, so that no memory behind a row is touched.
    [SkipLocalsInit]
    private void Part(float** own, int done, int count)
    {
        var part = stackalloc float*[MostPlaces];
        var room = stackalloc float[MostPlaces * 16];
        // Streaming stores want whole lines.
        room = (float*)(((nint)room + 63) & -64);
        for (var k = 0; k < operands; k++)
        {
            part[k] = own[k];
            if (!vectors[k])
                continue;
            part[k] = room;
            room += T.Width;
            if (k < leaves)
                T.Store(part[k], T.LoadPart(own[k] + done, count, 1f));
        }

        part[operands] = own[operands];
        rows(part, T.Width);
        for (var k = leaves; k < operands; k++)
            T.StorePart(own[k] + done, T.Load(part[k]), count);
    }
}

/// <summary>Runs the rows [first, last).</summary>
internal readonly unsafe struct RowsJob<T>(RowJob<T> row, nint* strides, int inner) : IHostJob where T : struct, IHostLane<T>
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int first, int last)
    {
        var own = stackalloc float*[PointwiseProgram.MostOperands + 1];
        var operands = row.Operands;
        for (var k = 0; k < operands; k++)
            own[k] = row.At[k] + first * strides[k];
        own[operands] = row.At[operands];
        for (var r = first; r < last; r++)
        {
            row.Row(own, inner);
            for (var k = 0; k < operands; k++)
                own[k] += strides[k];
        }

        row.Fence();
    }
}
