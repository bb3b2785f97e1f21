namespace GpuNN;

/// <summary>What a schedule counts.</summary>
public enum ScheduleClock
{
    /// <summary>Epochs that are over: the rate changes between epochs.</summary>
    Epochs,

    /// <summary>Steps that are over: the rate changes between steps.</summary>
    Steps,
}

/// <summary>
/// How the learning rate changes: the optimiser's rate times <see cref="Factor"/>. A trainer asks before every step. A schedule knows
/// the time alone, so a resumed run goes on where it stopped; one with a memory of its own saves it.
/// </summary>
public abstract class Schedule
{
    /// <summary>What it counts.</summary>
    public ScheduleClock Clock { get; init; }

    /// <summary>The factor at a time.</summary>
    /// <param name="time">Epochs or steps that are over, from 0.</param>
    public abstract double Factor(long time);

    /// <summary>Takes note of the loss that an epoch ended with: on the validation set, if there is one.</summary>
    public virtual void Observe(double loss) { }

    /// <summary>Writes what a checkpoint must keep of it.</summary>
    public virtual void Save(SavedState state) { }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public virtual void Load(SavedState state) { }

    /// <summary>Throws where a number of epochs or steps is not above 0.</summary>
    private protected static long Span(long value, string name, string schedule) => value > 0 ? value : throw new ArgumentOutOfRangeException(
        name, $"{schedule}: needs {name} of 1 or more, but got {value}.\nCount in the epochs or steps that the schedule's clock counts.");

    /// <summary>Throws where a factor does not lie in [0, 1].</summary>
    private protected static double Share(double value, string name, string schedule) => value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(
        name, $"{schedule}: needs {name} in [0, 1], but got {value}.\nIt multiplies the optimiser's learning rate.");
}
