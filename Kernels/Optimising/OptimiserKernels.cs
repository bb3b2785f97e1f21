using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// One launch that steps all parameters of an optimiser in place. Parameters, gradients and state lie in flat slabs of equal
/// layout; the room between two parameters may hold anything. Per element of Adam: 4 reads, 3 writes, a root and a quotient.
/// </summary>
public static class OptimiserKernels
{
    /// <summary>Begins a step: counts it and brings the bias corrections up to date. Goes before <see cref="Run"/>.</summary>
    public static unsafe void Advance(Route route, View scalars)
    {
        if (route is HostRoute)
            ((OptimiserScalars*)scalars.Pointer)->Advance();
        else
            route.Each(1, new AdvanceBody { Scalars = scalars.Floats });
    }

    /// <summary>Steps every element; nothing is changed where <see cref="ClipKernels"/> found gradients that are no numbers.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="parameters">Parameters, stepped in place.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="state1">First numbers of state, in place; may be empty where the rule has none.</param>
    /// <param name="state2">Second numbers of state, in place; may be empty where the rule has none.</param>
    /// <param name="scalars">The optimiser's numbers, laid out as <see cref="OptimiserScalars"/>.</param>
    /// <param name="length">Elements of the slabs.</param>
    /// <param name="decayed">Elements [0, decayed) get weight decay, those behind them do not.</param>
    public static unsafe void Run<TRule>(
        Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed)
        where TRule : struct, IOptimiserRule
    {
        if (length == 0)
            return;
        // A rule without state never touches these; a device still wants a view that exists.
        if (TRule.States < 1)
            state1 = gradients;
        if (TRule.States < 2)
            state2 = gradients;
        if (route is HostRoute host)
        {
            if (((OptimiserScalars*)scalars.Pointer)->IsRefused)
                return;
            LaneChoice.Run(host, new HostStep<TRule>(host, parameters, gradients, state1, state2, scalars, length, decayed));
            return;
        }
        route.Each(length, new StepBody<TRule>
        {
            Parameters = parameters.Floats,
            Gradients = gradients.Floats,
            State1 = state1.Floats,
            State2 = state2.Floats,
            Scalars = scalars.Floats,
            Decayed = decayed,
        });
    }
}

/// <summary>Device form: one index begins a step.</summary>
public struct AdvanceBody : IBody
{
    /// <summary>The optimiser's numbers.</summary>
    public ArrayView<float> Scalars;

    /// <inheritdoc/>
    public void Run(int index) => OptimiserScalars.In(Scalars).Advance();
}

/// <summary>Device form: one index an element.</summary>
public struct StepBody<TRule> : IBody where TRule : struct, IOptimiserRule
{
    /// <summary>Parameters.</summary>
    public ArrayView<float> Parameters;

    /// <summary>Gradients.</summary>
    public ArrayView<float> Gradients;

    /// <summary>First numbers of state.</summary>
    public ArrayView<float> State1;

    /// <summary>Second numbers of state.</summary>
    public ArrayView<float> State2;

    /// <summary>The optimiser's numbers.</summary>
    public ArrayView<float> Scalars;

    /// <summary>How many elements are decayed.</summary>
    public int Decayed;

    /// <inheritdoc/>
    public void Run(int index)
    {
        if (OptimiserScalars.In(Scalars).IsRefused)
            return;
        var c = Coefficients<ScalarLane>.Of(OptimiserScalars.In(Scalars), index < Decayed);
        var g = c.Clip(new ScalarLane(Gradients[index]));
        var s = TRule.States > 0 ? new ScalarLane(State1[index]) : ScalarLane.Zero;
        var u = TRule.States > 1 ? new ScalarLane(State2[index]) : ScalarLane.Zero;
        var next = TRule.Step(new ScalarLane(Parameters[index]), g, s, u, c);
        Parameters[index] = next.P.Value;
        if (TRule.States > 0)
            State1[index] = next.S.Value;
        if (TRule.States > 1)
            State2[index] = next.U.Value;
    }
}

/// <summary>Host form, for any lane width: ranges of the slabs.</summary>
internal readonly unsafe struct HostStep<TRule>(
    HostRoute host, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) : ILaneCall
    where TRule : struct, IOptimiserRule
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T>
        {
            P = parameters.Pointer,
            G = gradients.Pointer,
            S = state1.Pointer,
            U = state2.Pointer,
            Scalars = (OptimiserScalars*)scalars.Pointer,
            Decayed = decayed,
        };
        host.Split(length, grain: 1024, job, cost: 0.4f);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* P;
        public float* G;
        public float* S;
        public float* U;
        public OptimiserScalars* Scalars;
        public int Decayed;

        public void Run(int first, int last)
        {
            if (first < Decayed)
                Step(first, Math.Min(last, Decayed), Coefficients<T>.Of(*Scalars, decayed: true));
            if (last > Decayed)
                Step(Math.Max(first, Decayed), last, Coefficients<T>.Of(*Scalars, decayed: false));
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Step(int first, int last, Coefficients<T> c)
        {
            var at = first;
            for (; at + T.Width <= last; at += T.Width)
            {
                var s = TRule.States > 0 ? T.Load(S + at) : T.Zero;
                var u = TRule.States > 1 ? T.Load(U + at) : T.Zero;
                var next = TRule.Step(T.Load(P + at), c.Clip(T.Load(G + at)), s, u, c);
                T.Store(P + at, next.P);
                if (TRule.States > 0)
                    T.Store(S + at, next.S);
                if (TRule.States > 1)
                    T.Store(U + at, next.U);
            }
            var rest = last - at;
            if (rest > 0)
            {
                var s = TRule.States > 0 ? T.LoadPart(S + at, rest, 0f) : T.Zero;
                var u = TRule.States > 1 ? T.LoadPart(U + at, rest, 0f) : T.Zero;
                var next = TRule.Step(T.LoadPart(P + at, rest, 0f), c.Clip(T.LoadPart(G + at, rest, 0f)), s, u, c);
                T.StorePart(P + at, next.P, rest);
                if (TRule.States > 0)
                    T.StorePart(S + at, next.S, rest);
                if (TRule.States > 1)
                    T.StorePart(U + at, next.U, rest);
            }
        }
    }
}
