namespace GpuNN;

/// <summary>
/// The points on one side of a line, a plane or whatever cuts a space in two: normal . x + offset > 0, or >= 0 where it is closed.
/// </summary>
/// <param name="Normal">Points into the half-space; a number for each axis.</param>
/// <param name="Offset">In the unit of normal . x.</param>
/// <param name="Closed">Whether the border belongs to it.</param>
public sealed record HalfSpace(float[] Normal, float Offset, bool Closed = false);
