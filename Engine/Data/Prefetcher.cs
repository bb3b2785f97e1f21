using System.Runtime.ExceptionServices;

namespace GpuNN;

/// <summary>
/// Reads batches ahead on a thread of its own, into a few buffers that are used again and again. Its only state is the next
/// (epoch, batch): asking for (epoch, batch k) gives the same batches whatever was asked before, so resuming is exact.
/// It reads on into the next epoch by itself, so that the first batch of that one is ready too. After the first batches it
/// allocates nothing.
/// </summary>
public sealed class Prefetcher : IDisposable
{
    private readonly BatchSource source;
    private readonly Batch[] ring;
    private readonly Thread? reader;
    private readonly object gate = new();

    // All below is guarded by the gate. Slots [released, produced) of the ring are full or with the consumer.
    private long produced, taken, released;
    private int readEpoch, readBatch;
    private int takeEpoch = -1, takeBatch;
    private int run;
    private bool readerWaits, consumerWaits, stopping;
    private ExceptionDispatchInfo? failure;

    /// <summary>Makes the buffers and the thread; reading starts with the first <see cref="Epoch"/>.</summary>
    /// <param name="set">What to read.</param>
    /// <param name="plan">Size, order and augmentation of the batches.</param>
    /// <param name="ahead">How many batches to read ahead; 0 fills each batch when it is asked for, without a thread.</param>
    /// <exception cref="InvalidDataException">The set is empty, or the plan leaves no batch.</exception>
    public Prefetcher(DataSet set, BatchPlan plan, int ahead = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ahead);
        source = new BatchSource(set, plan);
        ring = new Batch[ahead + 1];
        for (var slot = 0; slot < ring.Length; slot++)
            ring[slot] = source.NewBatch();
        if (ahead == 0)
            return;
        reader = new Thread(Read) { IsBackground = true, Name = "GpuNN prefetch" };
        reader.Start();
    }

    /// <summary>Number of batches in an epoch.</summary>
    public int BatchesPerEpoch => source.PerEpoch;

    /// <summary>
    /// The batches of an epoch from one on. Asking for another epoch ends the enumeration of this one; breaking off early is fine.
    /// </summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="firstBatch">The batch to start at.</param>
    public EpochBatches Epoch(int epoch, int firstBatch = 0)
    {
        source.CheckPosition(epoch, firstBatch);
        return new EpochBatches(this, epoch, firstBatch);
    }

    /// <summary>Stops the thread. A batch taken before stays as it is.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }
        reader?.Join();
    }

    private void Start(int epoch, int batch)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            if (failure is null && takeEpoch == epoch && takeBatch == batch)
                return;
            run++;
            produced = taken = released = 0;
            failure = null;
            (takeEpoch, takeBatch, readEpoch, readBatch) = (epoch, batch, epoch, batch);
            Wrap(ref readEpoch, ref readBatch);
            Wrap(ref takeEpoch, ref takeBatch);
            Monitor.PulseAll(gate);
        }
    }

    private Batch Take(int epoch, int batch)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            if (takeEpoch != epoch || takeBatch != batch)
                throw new InvalidOperationException(
                    $"Epoch {epoch} is over for this prefetcher: another enumeration was started.\nUse one prefetcher for each loop.");
            released = taken;
            if (reader is null)
            {
                source.Fill(ring[0], epoch, batch);
            }
            else
            {
                // Waking the reader for every free slot costs a switch a batch; for half a ring, one every few batches.
                if (readerWaits && 2 * (produced - released) <= ring.Length)
                    Monitor.PulseAll(gate);
                while (produced == taken && failure is null && !stopping)
                {
                    consumerWaits = true;
                    Monitor.Wait(gate);
                }
                consumerWaits = false;
                ObjectDisposedException.ThrowIf(stopping, this);
                if (produced == taken)
                    failure!.Throw();
            }
            takeBatch++;
            Wrap(ref takeEpoch, ref takeBatch);
            return ring[reader is null ? 0 : taken++ % ring.Length];
        }
    }

    private void Read()
    {
        while (true)
        {
            Batch slot;
            int epoch, batch, mine;
            lock (gate)
            {
                while (!stopping && (takeEpoch < 0 || failure is not null || produced - released == ring.Length))
                {
                    readerWaits = true;
                    Monitor.Wait(gate);
                }
                readerWaits = false;
                if (stopping)
                    return;
                (slot, epoch, batch, mine) = (ring[produced % ring.Length], readEpoch, readBatch, run);
            }

            ExceptionDispatchInfo? thrown = null;
            try
            {
                source.Fill(slot, epoch, batch);
            }
            catch (Exception exception)
            {
                thrown = ExceptionDispatchInfo.Capture(exception);
            }

            lock (gate)
            {
                if (mine != run)
                    continue;
                if (thrown is null)
                {
                    produced++;
                    readBatch++;
                    Wrap(ref readEpoch, ref readBatch);
                }
                failure = thrown;
                if (consumerWaits)
                    Monitor.PulseAll(gate);
            }
        }
    }

    private void Wrap(ref int epoch, ref int batch)
    {
        if (batch == source.PerEpoch)
            (epoch, batch) = (epoch + 1, 0);
    }

    /// <summary>The batches of one epoch, read ahead.</summary>
    public readonly struct EpochBatches
    {
        private readonly Prefetcher prefetcher;
        private readonly int epoch;
        private readonly int firstBatch;

        internal EpochBatches(Prefetcher prefetcher, int epoch, int firstBatch) =>
            (this.prefetcher, this.epoch, this.firstBatch) = (prefetcher, epoch, firstBatch);

        /// <summary>Number of batches.</summary>
        public int Count => prefetcher.BatchesPerEpoch - firstBatch;

        /// <summary>Starts reading, or goes on where the last enumeration ended.</summary>
        public Enumerator GetEnumerator() => new(prefetcher, epoch, firstBatch);
    }

    /// <summary>Walks over the batches of one epoch.</summary>
    public struct Enumerator
    {
        private readonly Prefetcher prefetcher;
        private readonly int epoch;
        private int next;

        internal Enumerator(Prefetcher prefetcher, int epoch, int first)
        {
            (this.prefetcher, this.epoch, next) = (prefetcher, epoch, first);
            if (next < prefetcher.BatchesPerEpoch)
                prefetcher.Start(epoch, first);
            Current = null!;
        }

        /// <summary>The batch; holds until the next is asked for.</summary>
        public Batch Current { get; private set; }

        /// <summary>Takes the next batch, waiting for the reader where it must; false after the last.</summary>
        /// <exception cref="Exception">What reading the batch threw, on this thread.</exception>
        public bool MoveNext()
        {
            if (next >= prefetcher.BatchesPerEpoch)
                return false;
            Current = prefetcher.Take(epoch, next++);
            return true;
        }
    }
}
