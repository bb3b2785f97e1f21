namespace GpuNN.Kernels;

/// <summary>A launch of a host kernel that is written over a lane: a struct that holds the operands.</summary>
internal interface ILaneCall
{
    /// <summary>Launches it at one lane width.</summary>
    void Run<T>() where T : struct, IHostLane<T>;
}

/// <summary>Runs a host kernel at the lane width of its route.</summary>
internal static class LaneChoice
{
    /// <summary>Launches the call at the route's width.</summary>
    public static void Run<TCall>(HostRoute host, in TCall call) where TCall : struct, ILaneCall
    {
        switch (host.LaneWidth)
        {
            case 16:
                call.Run<Lane512>();
                break;
            case 8:
                call.Run<Lane256>();
                break;
            default:
                call.Run<Lane128>();
                break;
        }
    }
}
