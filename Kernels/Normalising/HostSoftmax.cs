using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form of softmax and log-softmax: whole rows on one thread, vector by vector.</summary>
internal readonly unsafe struct HostSoftmax<TForm>(HostRoute host, View x, View y, int rows, int classes) : ILaneCall
    where TForm : struct, ISoftmaxForm
{
    public void Run<T>() where T : struct, IHostLane<T> =>
        host.Split(rows, grain: classes < 256 ? 16 : 1, new Job<T> { X = x.Pointer, Y = y.Pointer, Classes = classes }, cost: 30 + 0.4f * classes);

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Y;
        public int Classes;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            for (var row = first; row < last; row++)
            {
                var x = X + (long)row * Classes;
                var y = Y + (long)row * Classes;
                var sum = ExpRow.Keep<TForm, T>(x, y, Classes, HostRow.Reduce<MaxReduction, T>(x, Classes));
                ExpRow.Finish<TForm, T>(y, Classes, TForm.Factor(new ScalarLane(sum)).Value);
            }
        }
    }
}

/// <summary>Host form of the gradient: whole rows on one thread, vector by vector.</summary>
internal readonly unsafe struct HostSoftmaxGradient<TForm>(HostRoute host, View y, View dy, View dx, int rows, int classes) : ILaneCall
    where TForm : struct, ISoftmaxForm
{
    public void Run<T>() where T : struct, IHostLane<T> =>
        host.Split(rows, grain: classes < 256 ? 16 : 1,
            new Job<T> { Y = y.Pointer, Dy = dy.Pointer, Dx = dx.Pointer, Classes = classes }, cost: 30 + 0.4f * classes);

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* Y;
        public float* Dy;
        public float* Dx;
        public int Classes;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            for (var row = first; row < last; row++)
                Row(Y + (long)row * Classes, Dy + (long)row * Classes, Dx + (long)row * Classes, Classes);
        }

        [MethodImpl(Hot.Loop)]
        private static void Row(float* y, float* dy, float* dx, int classes)
        {
            var w = T.Width;
            T a = T.Zero, b = T.Zero;
            var c = 0;
            for (; c + 2 * w <= classes; c += 2 * w)
            {
                a += TForm.Term(T.Load(y + c), T.Load(dy + c));
                b += TForm.Term(T.Load(y + c + w), T.Load(dy + c + w));
            }
            a += b;
            for (; c + w <= classes; c += w)
                a += TForm.Term(T.Load(y + c), T.Load(dy + c));
            if (c < classes)
                a += TForm.Term(T.LoadPart(y + c, classes - c, 0f), T.LoadPart(dy + c, classes - c, 0f));
            var sum = T.Constant(T.Sum(a));
            for (c = 0; c + w <= classes; c += w)
                T.Store(dx + c, TForm.Gradient(T.Load(y + c), T.Load(dy + c), sum));
            if (c < classes)
            {
                var rest = TForm.Gradient(T.LoadPart(y + c, classes - c, 0f), T.LoadPart(dy + c, classes - c, 0f), sum);
                T.StorePart(dx + c, rest, classes - c);
            }
        }
    }
}

/// <summary>The passes over one row of exponentials that softmax and cross-entropy share on the host.</summary>
internal static unsafe class ExpRow
{
    /// <summary>Keeps a form's part of each element in y and returns the sum of exp(x - greatest).</summary>
    [MethodImpl(Hot.Loop)]
    public static float Keep<TForm, T>(float* x, float* y, int classes, float greatest)
        where TForm : struct, ISoftmaxForm where T : struct, IHostLane<T>
    {
        var w = T.Width;
        var shift = T.Constant(greatest);
        T a = T.Zero, b = T.Zero;
        var c = 0;
        for (; c + 2 * w <= classes; c += 2 * w)
        {
            var d = T.Load(x + c) - shift;
            var f = T.Load(x + c + w) - shift;
            var e = T.Exp(d);
            var g = T.Exp(f);
            T.Store(y + c, TForm.First(d, e));
            T.Store(y + c + w, TForm.First(f, g));
            a += e;
            b += g;
        }
        a += b;
        for (; c + w <= classes; c += w)
        {
            var d = T.Load(x + c) - shift;
            var e = T.Exp(d);
            T.Store(y + c, TForm.First(d, e));
            a += e;
        }
        if (c < classes)
        {
            // Behind the row there is minus infinity, whose exponential adds nothing.
            var d = T.LoadPart(x + c, classes - c, float.NegativeInfinity) - shift;
            var e = T.Exp(d);
            T.StorePart(y + c, TForm.First(d, e), classes - c);
            a += e;
        }
        return T.Sum(a);
    }

    /// <summary>Ends what <see cref="Keep"/> began.</summary>
    [MethodImpl(Hot.Loop)]
    public static void Finish<TForm, T>(float* y, int classes, float factor)
        where TForm : struct, ISoftmaxForm where T : struct, IHostLane<T>
    {
        var w = T.Width;
        var f = T.Constant(factor);
        var c = 0;
        for (; c + w <= classes; c += w)
            T.Store(y + c, TForm.Last(T.Load(y + c), f));
        if (c < classes)
            T.StorePart(y + c, TForm.Last(T.LoadPart(y + c, classes - c, 0f), f), classes - c);
    }

    /// <summary>Sum of exp(x - greatest), without keeping the terms.</summary>
    [MethodImpl(Hot.Loop)]
    public static float Sum<T>(float* x, int classes, float greatest) where T : struct, IHostLane<T>
    {
        var w = T.Width;
        var shift = T.Constant(greatest);
        T a = T.Zero, b = T.Zero;
        var c = 0;
        for (; c + 2 * w <= classes; c += 2 * w)
        {
            a += T.Exp(T.Load(x + c) - shift);
            b += T.Exp(T.Load(x + c + w) - shift);
        }
        a += b;
        for (; c + w <= classes; c += w)
            a += T.Exp(T.Load(x + c) - shift);
        if (c < classes)
            a += T.Exp(T.LoadPart(x + c, classes - c, float.NegativeInfinity) - shift);
        return T.Sum(a);
    }

    /// <summary>y = factor * y + offset.</summary>
    [MethodImpl(Hot.Loop)]
    public static void Scale<T>(float* y, int classes, float factor, float offset) where T : struct, IHostLane<T>
    {
        var w = T.Width;
        var f = T.Constant(factor);
        var o = T.Constant(offset);
        var c = 0;
        for (; c + w <= classes; c += w)
            T.Store(y + c, T.MultiplyAdd(T.Load(y + c), f, o));
        if (c < classes)
            T.StorePart(y + c, T.MultiplyAdd(T.LoadPart(y + c, classes - c, 0f), f, o), classes - c);
    }

    /// <summary>Sum of x - greatest.</summary>
    [MethodImpl(Hot.Loop)]
    public static float Shifted<T>(float* x, int classes, float greatest) where T : struct, IHostLane<T>
    {
        var w = T.Width;
        var shift = T.Constant(greatest);
        var a = T.Zero;
        var c = 0;
        for (; c + w <= classes; c += w)
            a += T.Load(x + c) - shift;
        if (c < classes)
            a += T.LoadPart(x + c, classes - c, greatest) - shift;
        return T.Sum(a);
    }
}
