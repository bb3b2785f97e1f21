namespace GpuNN;

/// <summary>Where the numbers of a tensor live.</summary>
internal enum StorageKind
{
    /// <summary>In the device's arena, from the step that writes it to the last that reads it.</summary>
    Arena,

    /// <summary>In a block of the function, since it is returned.</summary>
    Output,

    /// <summary>Inside the storage of a packed tensor.</summary>
    Packed,
}

/// <summary>The memory of one computed tensor: its size, its life in steps, and the place the plan gives it.</summary>
internal sealed class Storage(long elements, StorageKind kind, int first)
{
    /// <summary>Elements, rounded up to whole vectors.</summary>
    public long Elements { get; } = ParameterStore.Room(elements);

    public StorageKind Kind { get; set; } = kind;

    /// <summary>The step that writes it.</summary>
    public int First { get; set; } = first;

    /// <summary>The last step that reads it.</summary>
    public int Last { get; set; } = first;

    /// <summary>First element, in the arena, in the function's output block or in the packed storage.</summary>
    public long Offset { get; set; }

    /// <summary>The storage it lies in, for a packed one.</summary>
    public Storage? Within { get; set; }

    public bool Overlaps(Storage other) => First <= other.Last && other.First <= Last;
}
