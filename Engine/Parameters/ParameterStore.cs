using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The memory of the parameters on one device, and the seed they are drawn from. The parameters of a model lie side by
/// side, weights before biases, so that an optimiser updates them all in one launch.
/// </summary>
public sealed class ParameterStore : IDisposable
{
    /// <summary>Parameters start at multiples of this many elements.</summary>
    public const int Alignment = 16;

    private readonly List<Block> blocks = [];
    private readonly Dictionary<Parameter, (Block Block, long Offset)> places = [];

    internal ParameterStore(Device device) => Device = device;

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>What initial values are drawn from, for parameters that have none yet.</summary>
    public ulong Seed { get; set; }

    internal long Elements { get; private set; }

    /// <summary>Elements a parameter of this size takes up.</summary>
    internal static long Room(long elements) => Math.Max(1, (elements + Alignment - 1) / Alignment) * Alignment;

    /// <summary>The order in which parameters are laid out: those with weight decay first.</summary>
    internal static IEnumerable<Parameter> InLayoutOrder(IEnumerable<Parameter> parameters) =>
        parameters.OrderBy(parameter => !parameter.Trainable ? 2 : parameter.IsWeight ? 0 : 1);

    /// <summary>The memory of a parameter; it moves in with its whole model if it is not here yet.</summary>
    internal View Memory(Parameter parameter)
    {
        if (parameter.Home != this)
            MoveIn(parameter.Owner?.Root.Parameters ?? [parameter]);
        return parameter.Memory;
    }

    /// <summary>Whether one parameter lies right behind another.</summary>
    internal bool FollowsInMemory(Parameter first, Parameter second) =>
        places.TryGetValue(first, out var a) && places.TryGetValue(second, out var b)
        && a.Block == b.Block && a.Offset + Room(first.Shape.Elements) == b.Offset;

    /// <summary>A run of memory that begins with a parameter and goes on over those behind it.</summary>
    internal View From(Parameter first, long length) => places[first].Block.View.Slice(places[first].Offset, length);

    private void MoveIn(IEnumerable<Parameter> family)
    {
        var absent = family.Where(parameter => parameter.Home != this).ToArray();
        foreach (var parameter in absent)
            if (places.TryGetValue(parameter, out var place))
            {
                parameter.Leave();
                parameter.MoveTo(this, place.Block.View.Slice(place.Offset, parameter.Shape.Elements), Seed);
            }
        var newcomers = InLayoutOrder(absent.Where(parameter => !places.ContainsKey(parameter))).ToArray();
        if (newcomers.Length == 0)
            return;
        var block = Device.Route.Allocate(newcomers.Sum(parameter => Room(parameter.Shape.Elements)));
        blocks.Add(block);
        long offset = 0;
        foreach (var parameter in newcomers)
        {
            parameter.Leave();
            parameter.MoveTo(this, block.View.Slice(offset, parameter.Shape.Elements), Seed);
            places[parameter] = (block, offset);
            offset += Room(parameter.Shape.Elements);
        }
        Elements += offset;
    }

    /// <summary>Hands the values back to the parameters and frees the memory.</summary>
    public void Dispose()
    {
        foreach (var parameter in places.Keys.Where(parameter => parameter.Home == this))
            parameter.Leave();
        foreach (var block in blocks)
            block.Dispose();
        blocks.Clear();
    }
}
