namespace GpuNN.Kernels;

/// <summary>How many numbers of a lane are there, said to the compiler: of a loop over whole lanes nothing is left that chooses.</summary>
internal interface ILaneReach
{
    /// <summary>Numbers of the lane that are there.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="width">How many the lane has.</param>
    static abstract int Of(int count, int width);
}

/// <summary>All of them.</summary>
internal readonly struct WholeLane : ILaneReach
{
    public static int Of(int count, int width) => width;
}

/// <summary>The first ones, as behind the last unit of a layer.</summary>
internal readonly struct ShortLane : ILaneReach
{
    public static int Of(int count, int width) => count;
}
