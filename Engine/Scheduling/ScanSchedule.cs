using GpuNN.Kernels;

namespace GpuNN;

/// <summary>The steps of a loop's body and the scratch memory in which they work: the same at every turn.</summary>
internal sealed class ScanSchedule
{
    public ScanSchedule(ScanBody body, Route route, Site site)
    {
        Site = site;
        Node[] results = [.. body.StoredNext, .. body.StoredOutputs.OfType<Node>()];
        Steps = FusionPass.Run(results, [], site.Fuses);
        Memory = new MemoryPlan(Steps, results, step => Binder.WorkspaceOf(step, route, site), site.InPlace);
    }

    /// <summary>The function it was made for.</summary>
    public Site Site { get; }

    /// <summary>The steps, in order.</summary>
    public List<Step> Steps { get; }

    /// <summary>Their memory.</summary>
    public MemoryPlan Memory { get; }
}
