using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form of collecting rows: positions [first, last) on one thread, a span copy each.</summary>
internal unsafe struct HostGather : IHostJob
{
    public View Table;
    public View Indices;
    public View Y;
    public int Rows;
    public int Width;

    public void Run(int first, int last)
    {
        for (var position = first; position < last; position++)
        {
            var row = Indices.IntPointer[position];
            var y = new Span<float>(Y.Pointer + (long)position * Width, Width);
            if ((uint)row < (uint)Rows)
                new ReadOnlySpan<float>(Table.Pointer + (long)row * Width, Width).CopyTo(y);
            else
                y.Fill(float.NaN);
        }
    }
}

/// <summary>
/// Host form of the adjoint, for any lane width: a range of the table's rows on one thread, which walks over all positions
/// in order and adds those of its rows.
/// </summary>
internal readonly unsafe struct HostScatter(
    HostRoute host, View dy, View indices, View dTable, int rows, int width, int positions, bool accumulate) : ILaneCall
{
    // Every range walks over all positions, so there are few ranges.
    private const int MostRanges = 8;

    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T>
        {
            Dy = dy.Pointer,
            Indices = indices.IntPointer,
            DTable = dTable.Pointer,
            Width = width,
            Positions = positions,
            Accumulate = accumulate,
        };
        var work = positions * (2f + 0.3f * width) + (accumulate ? 0f : 0.1f * rows * width);
        host.Split(rows, grain: (rows + MostRanges - 1) / MostRanges, job, cost: work / rows);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* Dy;
        public int* Indices;
        public float* DTable;
        public int Width;
        public int Positions;
        public bool Accumulate;

        public void Run(int first, int last)
        {
            if (!Accumulate)
            {
                for (var row = first; row < last; row++)
                    new Span<float>(DTable + (long)row * Width, Width).Clear();
            }
            for (var position = 0; position < Positions; position++)
            {
                var row = Indices[position];
                if (row >= first && row < last)
                    Add(Dy + (long)position * Width, DTable + (long)row * Width, Width);
            }
        }

        [MethodImpl(Hot.Loop)]
        private static void Add(float* x, float* y, int width)
        {
            var c = 0;
            for (; c + T.Width <= width; c += T.Width)
                T.Store(y + c, T.Load(y + c) + T.Load(x + c));
            for (; c < width; c++)
                y[c] += x[c];
        }
    }
}
