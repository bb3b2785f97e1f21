namespace GpuNN.Kernels;

/// <summary>
/// A lane without numbers that counts what a function does, and carries along which arguments went into it: running any
/// function on it tells its cost and its use of them, a user's own included. An elementary function counts as the
/// instructions of its <see cref="Accurate"/> form.
/// </summary>
/// <param name="Uses">A bit for each argument that the value depends on.</param>
internal readonly record struct CountingLane(int Uses) : ILane<CountingLane>
{
    [ThreadStatic]
    private static int instructions;

    [ThreadStatic]
    private static int transcendentals;

    public static CountingLane Zero => default;

    public static CountingLane One => default;

    public static CountingLane Constant(float value) => default;

    public static CountingLane operator +(CountingLane a, CountingLane b) => Simple(1, a.Uses | b.Uses);

    public static CountingLane operator -(CountingLane a, CountingLane b) => Simple(1, a.Uses | b.Uses);

    public static CountingLane operator *(CountingLane a, CountingLane b) => Simple(1, a.Uses | b.Uses);

    public static CountingLane operator /(CountingLane a, CountingLane b) => Simple(8, a.Uses | b.Uses);

    public static CountingLane operator -(CountingLane a) => Simple(1, a.Uses);

    public static CountingLane MultiplyAdd(CountingLane a, CountingLane b, CountingLane c) => Simple(1, a.Uses | b.Uses | c.Uses);

    public static CountingLane Max(CountingLane a, CountingLane b) => Simple(1, a.Uses | b.Uses);

    public static CountingLane Min(CountingLane a, CountingLane b) => Simple(1, a.Uses | b.Uses);

    public static CountingLane Abs(CountingLane x) => Simple(1, x.Uses);

    public static CountingLane Sqrt(CountingLane x) => Simple(8, x.Uses);

    public static CountingLane WhereGreater(CountingLane a, CountingLane b, CountingLane yes, CountingLane no) => Simple(2, a.Uses | b.Uses | yes.Uses | no.Uses);

    public static CountingLane WhereEqual(CountingLane a, CountingLane b, CountingLane yes, CountingLane no) => Simple(2, a.Uses | b.Uses | yes.Uses | no.Uses);

    public static CountingLane Round(CountingLane x) => Simple(1, x.Uses);

    public static CountingLane PowerOfTwo(CountingLane n) => Simple(3, n.Uses);

    public static CountingLane Exponent(CountingLane x) => Simple(3, x.Uses);

    public static CountingLane Exp(CountingLane x) => Transcendental(17, x.Uses);

    public static CountingLane Expm1(CountingLane x) => Transcendental(20, x.Uses);

    public static CountingLane Log(CountingLane x) => Transcendental(36, x.Uses);

    public static CountingLane Log1p(CountingLane x) => Transcendental(40, x.Uses);

    public static CountingLane Tanh(CountingLane x) => Transcendental(29, x.Uses);

    public static CountingLane Sigmoid(CountingLane x) => Transcendental(27, x.Uses);

    public static CountingLane Erf(CountingLane x) => Transcendental(42, x.Uses);

    internal static (int Instructions, int Transcendentals) Count(Action run)
    {
        (instructions, transcendentals) = (0, 0);
        run();
        return (instructions, transcendentals);
    }

    private static CountingLane Simple(int cost, int uses)
    {
        instructions += cost;
        return new(uses);
    }

    private static CountingLane Transcendental(int cost, int uses)
    {
        transcendentals++;
        return Simple(cost, uses);
    }
}
