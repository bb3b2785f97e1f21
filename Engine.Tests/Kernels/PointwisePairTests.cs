using GpuNN.Kernels;

namespace GpuNN.Tests;

using GpuNN.Pointwise;

/// <summary>Functions of two and of four numbers against double precision, with their ties and NaNs.</summary>
[TestFixtureSource(typeof(OnLanes), nameof(OnLanes.Widths)), Category("Kernels")]
public sealed class PointwisePairTests(int width)
{
    [Test]
    public void Values_agree_with_double_precision() => Assert.Multiple(() =>
    {
        Row<Add>((a, b) => a + b);
        Row<Subtract>((a, b) => a - b);
        Row<Multiply>((a, b) => a * b);
        Row<Divide>((a, b) => a / b);
        Row<Maximum>(Math.Max);
        Row<Minimum>(Math.Min);
        Row<Power>(Math.Pow, low: 0.01f);
        Row<Greater>((a, b) => a > b ? 1 : 0);
        Row<Equal>((a, b) => a == b ? 1 : 0);
        Row<LeakyRelu>((a, b) => a > 0 ? a : b * a);
        Row<Elu>((a, b) => a > 0 ? a : b * (Math.Exp(a) - 1));
    });

    [Test]
    public void Ties_and_NaNs_are_as_stated()
    {
        var nan = float.NaN;
        float[] a = [nan, 1, nan, 2], b = [1, nan, nan, 2];
        Assert.Multiple(() =>
        {
            Assert.That(OnLanes.Pairs<Maximum>(a, b, width), Is.EqualTo(new[] { nan, nan, nan, 2 }));
            Assert.That(OnLanes.Pairs<Minimum>(a, b, width), Is.EqualTo(new[] { nan, nan, nan, 2 }));
            Assert.That(OnLanes.Pairs<Greater>(a, b, width), Is.EqualTo(new[] { 0f, 0, 0, 0 }));
            Assert.That(OnLanes.Pairs<Equal>(a, b, width), Is.EqualTo(new[] { 0f, 0, 0, 1 }));
            Assert.That(OnLanes.Pairs<LeakyRelu>([nan, 0, -0f, float.PositiveInfinity, float.NegativeInfinity], [2, 2, 2, 2, 2], width),
                Is.EqualTo(new[] { nan, 0, 0, float.PositiveInfinity, float.NegativeInfinity }));
            Assert.That(OnLanes.Pairs<Elu>([nan, 0, -0f, float.PositiveInfinity, float.NegativeInfinity, -1e4f], [2, 2, 2, 2, 2, 2], width),
                Is.EqualTo(new[] { nan, 0, 0, float.PositiveInfinity, -2, -2 }));
            Assert.That(OnLanes.Pairs<Elu>([-1e-8f], [1], width), Is.EqualTo(new[] { -1e-8f }).Within(1e-14), "exp(x) - 1 as it stands would be 0");
            Assert.That(OnLanes.Pairs<Power>([0, 0, -1, 5], [2, 0, 2, 0], width), Is.EqualTo(new[] { 0f, 1, nan, 1 }));
        });
    }

    [Test]
    public unsafe void Parts_of_a_vector_touch_no_memory_behind_them()
    {
        for (var count = 0; count <= width; count++)
        {
            var x = Enumerable.Range(1, 16).Select(v => (float)v).ToArray();
            var y = new float[17];
            Array.Fill(y, -1f);
            fixed (float* from = x, to = y)
                Copy(from, to, count);
            Assert.That(y[..count], Is.EqualTo(x[..count]));
            Assert.That(y[count..], Is.All.EqualTo(-1f));
        }
    }

    [Test]
    public unsafe void Horizontal_forms_agree()
    {
        var x = new float[16];
        for (var i = 0; i < width; i++)
            x[i] = i * i - 7 * i + 3;
        var part = x[..width];
        fixed (float* from = x)
        {
            var (sum, max, min) = width switch
            {
                1 => Across<ScalarLane>(from),
                4 => Across<Lane128>(from),
                8 => Across<Lane256>(from),
                _ => Across<Lane512>(from),
            };
            Assert.That((sum, max, min), Is.EqualTo((part.Sum(), part.Max(), part.Min())));
        }
    }

    private static unsafe (float, float, float) Across<T>(float* from) where T : struct, IHostLane<T>
    {
        var x = T.Load(from);
        return (T.Sum(x), T.Max(x), T.Min(x));
    }

    [Test]
    public unsafe void Two_lanes_are_parted_and_zipped()
    {
        float[] x = [.. Enumerable.Range(0, 2 * width).Select(i => (float)i)];
        var y = new float[4 * width];
        fixed (float* from = x, to = y)
        {
            switch (width)
            {
                case 1:
                    Paired<ScalarLane>(from, to);
                    break;
                case 4:
                    Paired<Lane128>(from, to);
                    break;
                case 8:
                    Paired<Lane256>(from, to);
                    break;
                default:
                    Paired<Lane512>(from, to);
                    break;
            }
        }
        Assert.That(y[..(2 * width)], Is.EqualTo(x.Where((_, i) => i % 2 == 0).Concat(x.Where((_, i) => i % 2 == 1))));
        Assert.That(y[(2 * width)..], Is.EqualTo(Enumerable.Range(0, width).SelectMany(i => new[] { x[i], x[width + i] })));
    }

    private static unsafe void Paired<T>(float* from, float* to) where T : struct, IHostLane<T>
    {
        T a = T.Load(from), b = T.Load(from + T.Width);
        T.Store(to, T.Even(a, b));
        T.Store(to + T.Width, T.Odd(a, b));
        T.Store(to + 2 * T.Width, T.ZipLow(a, b));
        T.Store(to + 3 * T.Width, T.ZipHigh(a, b));
    }

    private unsafe void Copy(float* from, float* to, int count)
    {
        switch (width)
        {
            case 1:
                Filled<ScalarLane>(from, to, count);
                break;
            case 4:
                Filled<Lane128>(from, to, count);
                break;
            case 8:
                Filled<Lane256>(from, to, count);
                break;
            default:
                Filled<Lane512>(from, to, count);
                break;
        }
    }

    private static unsafe void Filled<T>(float* from, float* to, int count) where T : struct, IHostLane<T>
    {
        var x = T.LoadPart(from, count, 5f);
        var whole = stackalloc float[16];
        T.Store(whole, x);
        for (var i = count; i < T.Width; i++)
            Assert.That(whole[i], Is.EqualTo(5f));
        T.StorePart(to, x, count);
    }

    private void Row<F>(Func<double, double, double> exact, float low = -3) where F : struct, IPointwisePair
    {
        var random = new Random(5);
        var a = Enumerable.Range(0, 101).Select(_ => low + (3 - low) * random.NextSingle()).ToArray();
        var b = Enumerable.Range(0, 101).Select(i => i % 7 == 0 ? a[i] : 6 * random.NextSingle() - 3).ToArray();
        var y = OnLanes.Pairs<F>(a, b, width);
        for (var i = 0; i < a.Length; i++)
        {
            var wanted = exact(a[i], b[i]);
            Assert.That(y[i], Is.EqualTo(wanted).Within(2e-6 * (1 + Math.Abs(wanted))), $"{typeof(F).Name}({a[i]:R}, {b[i]:R})");
        }
    }
}
