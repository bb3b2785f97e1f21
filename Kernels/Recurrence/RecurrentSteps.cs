namespace GpuNN.Kernels;

/// <summary>What a step of a recurrent layer does on the host for some units and some rows of the batch.</summary>
internal interface IRecurrentStep
{
    /// <summary>Goes to a turn.</summary>
    void At(int turn);

    /// <summary>Does a block of units and a run of rows.</summary>
    void Run(int block, int rowBlock);
}

/// <summary>
/// Runs steps that need each other. Rows of the batch do not: where there are enough of them for the threads, and the weights fit
/// a core's cache, a thread takes its rows through some steps alone, and finds them in its cache. Else the threads share each step.
/// The results are the same: a row's numbers and sums are its own either way.
/// </summary>
internal static class RecurrentSteps
{
    /// <summary>Runs some turns, one behind the other.</summary>
    /// <param name="host">Where they run.</param>
    /// <param name="blocks">The cut of a step.</param>
    /// <param name="step">What a step does.</param>
    /// <param name="first">The first turn to run.</param>
    /// <param name="last">The last one; if it lies before the first, turns run the other way round.</param>
    public static void Run<TStep>(HostRoute host, UnitBlocks blocks, TStep step, int first, int last) where TStep : struct, IRecurrentStep
    {
        var (turns, way) = (Math.Abs(last - first) + 1, first <= last ? 1 : -1);
        if (blocks.SplitByRows(host.Threads))
        {
            host.Split(blocks.RowBlocks, 1, new RowsJob<TStep>(step, blocks, first, turns, way), blocks.Cost * blocks.Count * turns);
            return;
        }
        for (var n = 0; n < turns; n++)
        {
            step.At(first + way * n);
            RunOne(host, blocks, step);
        }
    }

    /// <summary>Runs the turn that a step is at.</summary>
    public static void RunOne<TStep>(HostRoute host, UnitBlocks blocks, in TStep step) where TStep : struct, IRecurrentStep =>
        host.Split(blocks.Tasks, 1, new BlocksJob<TStep>(step, blocks), blocks.Cost);

    private struct RowsJob<TStep>(TStep step, UnitBlocks blocks, int start, int turns, int way) : IHostJob where TStep : struct, IRecurrentStep
    {
        private TStep step = step;

        public void Run(int first, int last)
        {
            // The threads share this job.
            var mine = step;
            for (var rowBlock = first; rowBlock < last; rowBlock++)
            {
                for (var n = 0; n < turns; n++)
                {
                    mine.At(start + way * n);
                    for (var block = 0; block < blocks.Count; block++)
                        mine.Run(block, rowBlock);
                }
            }
        }
    }

    private struct BlocksJob<TStep>(TStep step, UnitBlocks blocks) : IHostJob where TStep : struct, IRecurrentStep
    {
        private TStep step = step;

        public void Run(int first, int last)
        {
            for (var task = first; task < last; task++)
            {
                var (block, rowBlock) = Math.DivRem(task, blocks.RowBlocks);
                step.Run(block, rowBlock);
            }
        }
    }
}
