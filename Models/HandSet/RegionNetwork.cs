namespace GpuNN;

/// <summary>
/// Any union of convex regions, drawn exactly by two hidden layers of threshold units: a unit of the first is one half-space, a
/// unit of the second the intersection of some, and the output is the union. The border between in and out is sharp, which no
/// network of continuous units can do. A threshold unit is open at its border, so a closed half-space is the unit of its open
/// complement with a weight of -1; half-spaces that are equal or complements share a unit.
/// Shapes: x (batch, axes), y (batch, 1): 1 inside, 0 outside.
/// Source: Lippmann (1987), "An introduction to computing with neural nets".
/// </summary>
public sealed class RegionNetwork : Layer, IWidths
{
    private readonly Sequential layers;

    /// <summary>A network.</summary>
    /// <param name="axes">Numbers a point has.</param>
    /// <param name="regions">The regions, each the intersection of its half-spaces.</param>
    public RegionNetwork(int axes, IReadOnlyList<HalfSpace[]> regions)
    {
        if (regions.Count == 0 || regions.Any(region => region.Length == 0))
            throw new ArgumentException($"RegionNetwork: needs at least one region of at least one half-space, but got {regions.Count} regions{(regions.Count > 0 ? ", one of them of none" : "")}.\nA half-space on a far side holds all points of interest.", nameof(regions));
        if (regions.SelectMany(region => region).FirstOrDefault(half => half.Normal.Length != axes) is { } odd)
            throw new ArgumentException($"RegionNetwork: needs half-spaces of {axes} axes, but got a normal of {odd.Normal.Length} numbers.\nGive each normal a number for every axis.", nameof(regions));
        Axes = axes;
        var units = new List<float[]>();
        var members = regions.Select(region => region.Select(half => UnitOf(half, units)).ToArray()).ToArray();
        layers = Use("layers", new Sequential(HalfSpaces(axes, units), Intersections(units.Count, members), Threshold.Or(regions.Count)));
    }

    /// <summary>Numbers a point has.</summary>
    public int Axes { get; }

    int? IWidths.Inputs => Axes;

    int? IWidths.Outputs => 1;

    /// <summary>
    /// The checkerboard of the unit square: 1 where floor(squares x) + floor(squares y) is odd, x and y in [0, 1), else 0.
    /// </summary>
    /// <param name="squares">Squares along each side.</param>
    public static RegionNetwork Checkerboard(int squares)
    {
        if (squares < 2)
            throw new ArgumentOutOfRangeException(nameof(squares), $"Checkerboard: needs at least two squares a side, but got {squares}.\nTry 8.");
        HalfSpace[] Strip(int axis, int square) => [From(axis, (float)square / squares), Below(axis, (float)(square + 1) / squares)];
        return new RegionNetwork(2, [.. Enumerable.Range(0, squares * squares)
            .Select(square => (Column: square % squares, Row: square / squares))
            .Where(square => (square.Column + square.Row) % 2 == 1)
            .Select(square => (HalfSpace[])[.. Strip(0, square.Column), .. Strip(1, square.Row)])]);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => layers.Apply(x);

    /// <inheritdoc/>
    public override string ToString() => $"RegionNetwork({Axes} axes)";

    private static HalfSpace From(int axis, float at) => new(Axis(axis, 1), -at, Closed: true);

    private static HalfSpace Below(int axis, float at) => new(Axis(axis, -1), at);

    private static float[] Axis(int axis, float sign) => axis == 0 ? [sign, 0] : [0, sign];

    // A unit is its normal and offset. For a closed half-space it is that of the open complement, which the region must not be in.
    private static Member UnitOf(HalfSpace half, List<float[]> units)
    {
        var sign = half.Closed ? -1 : 1;
        float[] unit = [.. half.Normal.Append(half.Offset).Select(value => sign * value)];
        var at = units.FindIndex(other => other.AsSpan().SequenceEqual(unit));
        if (at < 0)
        {
            at = units.Count;
            units.Add(unit);
        }
        return new Member(at, sign);
    }

    private static Threshold HalfSpaces(int axes, List<float[]> units) => new(
        axes, [.. Enumerable.Range(0, axes).SelectMany(axis => units.Select(unit => unit[axis]))], [.. units.Select(unit => unit[axes])]);

    private static Threshold Intersections(int units, Member[][] regions)
    {
        var (weights, biases) = (new float[units * regions.Length], new float[regions.Length]);
        for (var region = 0; region < regions.Length; region++)
        {
            biases[region] = 0.5f;
            foreach (var member in regions[region].Distinct())
            {
                weights[member.Unit * regions.Length + region] += member.Sign;
                biases[region] -= Math.Max(0, member.Sign);
            }
        }
        return new Threshold(units, weights, biases);
    }

    private readonly record struct Member(int Unit, int Sign);
}
