namespace GpuNN.Kernels;

/// <summary>
/// Attention made ready for a route; see <see cref="AttentionShape"/> for the formula. The scores of a tile exist at one time, never
/// all of them: a running maximum and a running sum make the softmax of a row exact in one pass.
/// Sources: Milakov and Gimelshein (2018), "Online normalizer calculation for softmax"; Dao et al. (2022), "FlashAttention".
/// </summary>
public sealed class TiledAttention
{
    private readonly Route route;
    private readonly AttentionShape shape;
    private readonly AttentionPlan? plan;

    /// <summary>Attention of these sizes.</summary>
    public TiledAttention(Route route, in AttentionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is HostRoute host && shape.Rows > 0 && shape.Keys > 0)
            plan = new AttentionPlan(shape, isGradient: false, host.LaneWidth, host.Threads);
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => plan?.Scratch.Room ?? 0;

    /// <summary>Launches it.</summary>
    /// <param name="at">Operands and results.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    public unsafe void Run(in AttentionViews at, in View workspace)
    {
        if (shape.Rows == 0)
            return;
        if (shape.Keys == 0)
        {
            route.Fill(at.Y, 0);
            route.Fill(at.Statistics, AttentionShape.Nothing);
            return;
        }
        if (plan is not null)
        {
            LaneChoice.Run((HostRoute)route, new HostAttention((HostRoute)route, plan, at.Pointers with { Workspace = workspace.Pointer }));
            return;
        }
        var device = (DeviceRoute)route;
        var body = new AttentionBody { Shape = shape, At = at.OnDevice };
        device.Groups(checked(shape.Items * shape.Heads * AttentionTiles.Count(shape.Queries) * AttentionTiles.Runs(shape.V.Width)), device.GroupSize, body);
    }
}
