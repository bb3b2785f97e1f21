namespace GpuNN;

/// <summary>
/// The batches of one epoch, filled on the calling thread as they are asked for: <c>foreach (var batch in set.Batches(64))</c>.
/// Every batch is the same object, filled again; see <see cref="Prefetcher"/> for reading ahead on another thread.
/// </summary>
public sealed class Batches
{
    private readonly DataSet set;
    private readonly BatchPlan plan;
    private readonly int epoch;
    private readonly int firstBatch;

    internal Batches(DataSet set, BatchPlan plan, int epoch, int firstBatch)
    {
        (this.set, this.plan, this.epoch, this.firstBatch) = (set, plan, epoch, firstBatch);
        var source = new BatchSource(set, plan);
        source.CheckPosition(epoch, firstBatch);
        Count = source.PerEpoch - firstBatch;
    }

    /// <summary>Number of batches.</summary>
    public int Count { get; }

    /// <summary>Starts at the first batch.</summary>
    public Enumerator GetEnumerator() => new(new BatchSource(set, plan), epoch, firstBatch);

    /// <summary>Walks over the batches; allocates when made, and not again.</summary>
    public sealed class Enumerator
    {
        private readonly BatchSource source;
        private readonly int epoch;
        private int next;

        internal Enumerator(BatchSource source, int epoch, int first)
        {
            (this.source, this.epoch, next) = (source, epoch, first);
            Current = source.NewBatch();
        }

        /// <summary>The batch; holds until the next is asked for.</summary>
        public Batch Current { get; }

        /// <summary>Fills the next batch; false after the last.</summary>
        public bool MoveNext()
        {
            if (next >= source.PerEpoch)
                return false;
            source.Fill(Current, epoch, next++);
            return true;
        }
    }
}

public sealed partial class DataSet
{
    /// <summary>All samples in batches, in the order of the set; the last batch may be short.</summary>
    /// <param name="size">Samples in a batch.</param>
    /// <exception cref="InvalidDataException">The set is empty.</exception>
    public Batches Batches(int size) => Batches(new BatchPlan(size) { Shuffle = false });

    /// <summary>One epoch in batches.</summary>
    /// <param name="plan">Size, order and augmentation.</param>
    /// <param name="epoch">The epoch, from 0: it decides the order.</param>
    /// <param name="firstBatch">The batch to start at, for going on in the middle of an epoch.</param>
    /// <exception cref="InvalidDataException">The set is empty, or the plan leaves no batch.</exception>
    public Batches Batches(BatchPlan plan, int epoch = 0, int firstBatch = 0) => new(this, plan, epoch, firstBatch);
}
