namespace GpuNN.Kernels;

/// <summary>
/// A lane without numbers that counts what a function does: running any function on it tells its cost, a user's own
/// included. An elementary function counts as the instructions of its <see cref="Accurate"/> form.
/// </summary>
internal readonly struct CountingLane : ILane<CountingLane>
{
    [ThreadStatic]
    private static int instructions;

    [ThreadStatic]
    private static int transcendentals;

    public static CountingLane Zero => default;

    public static CountingLane One => default;

    public static CountingLane Constant(float value) => default;

    public static CountingLane operator +(CountingLane a, CountingLane b) => Simple(1);

    public static CountingLane operator -(CountingLane a, CountingLane b) => Simple(1);

    public static CountingLane operator *(CountingLane a, CountingLane b) => Simple(1);

    public static CountingLane operator /(CountingLane a, CountingLane b) => Simple(8);

    public static CountingLane operator -(CountingLane a) => Simple(1);

    public static CountingLane MultiplyAdd(CountingLane a, CountingLane b, CountingLane c) => Simple(1);

    public static CountingLane Max(CountingLane a, CountingLane b) => Simple(1);

    public static CountingLane Min(CountingLane a, CountingLane b) => Simple(1);

    public static CountingLane Abs(CountingLane x) => Simple(1);

    public static CountingLane Sqrt(CountingLane x) => Simple(8);

    public static CountingLane WhereGreater(CountingLane a, CountingLane b, CountingLane yes, CountingLane no) => Simple(2);

    public static CountingLane WhereEqual(CountingLane a, CountingLane b, CountingLane yes, CountingLane no) => Simple(2);

    public static CountingLane Round(CountingLane x) => Simple(1);

    public static CountingLane PowerOfTwo(CountingLane n) => Simple(3);

    public static CountingLane Exponent(CountingLane x) => Simple(3);

    public static CountingLane Exp(CountingLane x) => Transcendental(17);

    public static CountingLane Expm1(CountingLane x) => Transcendental(20);

    public static CountingLane Log(CountingLane x) => Transcendental(36);

    public static CountingLane Log1p(CountingLane x) => Transcendental(40);

    public static CountingLane Tanh(CountingLane x) => Transcendental(29);

    public static CountingLane Sigmoid(CountingLane x) => Transcendental(27);

    public static CountingLane Erf(CountingLane x) => Transcendental(42);

    internal static (int Instructions, int Transcendentals) Count(Action run)
    {
        (instructions, transcendentals) = (0, 0);
        run();
        return (instructions, transcendentals);
    }

    private static CountingLane Simple(int cost)
    {
        instructions += cost;
        return default;
    }

    private static CountingLane Transcendental(int cost)
    {
        transcendentals++;
        return Simple(cost);
    }
}
