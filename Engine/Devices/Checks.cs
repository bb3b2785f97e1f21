namespace GpuNN;

/// <summary>Checks that a function makes while it runs; they cost speed.</summary>
[Flags]
public enum Checks
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Runs unfused and names the first operation that made a NaN or an infinity, its layer, the step and its input's range.</summary>
    FirstBadValue = 1,

    /// <summary>Fills the arena with NaN before every run, so that a number that nobody wrote shows.</summary>
    PoisonedArena = 2,

    /// <summary>Runs every pointwise operation as a kernel of its own.</summary>
    Unfused = 4,
}
