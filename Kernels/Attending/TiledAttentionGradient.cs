namespace GpuNN.Kernels;

/// <summary>
/// The gradient of <see cref="TiledAttention"/> made ready for a route: tiles of scores are computed again, so that nothing of their number is
/// kept. Nothing is added up by several threads: the host gives a whole head to one; a device goes through the tiles twice, once by queries,
/// once by keys.
/// </summary>
public sealed class TiledAttentionGradient
{
    private readonly Route route;
    private readonly AttentionShape shape;
    private readonly AttentionPlan? plan;

    /// <summary>The gradient of attention of these sizes.</summary>
    public TiledAttentionGradient(Route route, in AttentionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is HostRoute host && IsThere)
            plan = new AttentionPlan(shape, isGradient: true, host.LaneWidth, host.Threads);
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => plan?.Scratch.Room ?? (route is DeviceRoute ? shape.Rows : 0);

    private bool IsThere => shape.Rows > 0 && shape.Keys > 0;

    /// <summary>Launches it.</summary>
    /// <param name="at">Operands and results of the forward pass.</param>
    /// <param name="dy">Gradient of the results.</param>
    /// <param name="dq">Gradient of the queries, in their places.</param>
    /// <param name="dk">Gradient of the keys.</param>
    /// <param name="dv">Gradient of the values.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    public unsafe void Run(in AttentionViews at, in View dy, in View dq, in View dk, in View dv, in View workspace)
    {
        if (!IsThere)
        {
            route.Fill(dq, 0);
            route.Fill(dk, 0);
            route.Fill(dv, 0);
            return;
        }
        if (plan is not null)
        {
            LaneChoice.Run((HostRoute)route, new HostAttentionGradient((HostRoute)route, plan,
                at.Pointers with { Dy = dy.Pointer, Dq = dq.Pointer, Dk = dk.Pointer, Dv = dv.Pointer, Workspace = workspace.Pointer }));
            return;
        }
        var device = (DeviceRoute)route;
        var own = workspace.Slice(0, shape.Rows);
        route.Each(shape.Rows, new AttentionOwnBody { Y = at.Y.Floats, Dy = dy.Floats, Own = own.Floats, Shape = shape });
        var heads = shape.Items * shape.Heads;
        device.Groups(checked(heads * AttentionTiles.Count(shape.Queries) * AttentionTiles.Runs(shape.Q.Width)), device.GroupSize,
            new AttentionQueryGradientBody { Shape = shape, At = at.OnDevice, Dy = dy.Floats, Own = own.Floats, Dq = dq.Floats });
        device.Groups(checked(heads * AttentionTiles.Count(shape.Keys) * AttentionTiles.Runs(Math.Max(shape.Q.Width, shape.V.Width))), device.GroupSize,
            new AttentionKeyGradientBody { Shape = shape, At = at.OnDevice, Dy = dy.Floats, Own = own.Floats, Dk = dk.Floats, Dv = dv.Floats });
    }
}
