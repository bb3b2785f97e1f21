using GpuNN.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GpuNN.Tests;

using GpuNN.Pointwise;

/// <summary>Runs pointwise programs and the interpreter they are held against.</summary>
internal static class FusingCheck
{
    public static DeviceRoute Device()
    {
        var context = Context.Create(builder => builder.DefaultCPU());
        return new DeviceRoute(context.GetCPUDevice(0).CreateCPUAccelerator(context), "ilgpu-cpu");
    }

    public static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextSingle() - 2)];
    }

    /// <summary>A block with the numbers in it and NaN in the room behind them.</summary>
    public static Block Place(Route route, float[] numbers)
    {
        var block = route.Allocate(numbers.Length);
        route.Fill(block.View, float.NaN);
        route.CopyIn(numbers, block.View);
        return block;
    }

    public static void Verify(Route route, PointwiseProgram program, int outer, int inner, float[]? x = null)
    {
        var got = Run(route, program, outer, inner, inPlace: false, x);
        var leaves = x is null ? Leaves(program, outer, inner) : [x];
        var constants = Numbers(program.Constants, 99);
        for (var row = 0; row < outer; row++)
        {
            for (var c = 0; c < inner; c++)
            {
                var wanted = Interpret(program, leaves, constants, row, c, inner);
                for (var k = 0; k < got.Length; k++)
                {
                    var y = got[k][row * inner + c];
                    if (!y.Equals((float)wanted[k]) && !(Math.Abs(y - wanted[k]) <= 1e-5 * (1 + Math.Abs(wanted[k])) && float.IsFinite(y)))
                        Assert.Fail($"output {k} of ({outer}, {inner}) at ({row}, {c}): {y:R} instead of {wanted[k]:R}");
                }
            }
        }
    }

    public static float[][] Run(Route route, PointwiseProgram program, int outer, int inner) => Run(route, program, outer, inner, inPlace: false, x: null);

    /// <summary>The first output, when it is the memory of the first leaf.</summary>
    public static float[] RunInPlace(Route route, PointwiseProgram program, int outer, int inner) => Run(route, program, outer, inner, inPlace: true, x: null)[0];

    private static float[][] Run(Route route, PointwiseProgram program, int outer, int inner, bool inPlace, float[]? x)
    {
        var leaves = (x is null ? Leaves(program, outer, inner) : [x]).Select(numbers => Place(route, numbers)).ToArray();
        var outputs = program.Outputs.Select(_ => Place(route, [.. Enumerable.Repeat(float.NaN, outer * inner)])).ToArray();
        var constants = Place(route, Numbers(Math.Max(1, program.Constants), 99));
        var targets = outputs.Select((output, k) => inPlace && k == 0 ? leaves[0].View : output.View).ToArray();
        PointwiseKernel.Compile(program).Run(route, [.. leaves.Select(leaf => leaf.View)], constants.View, targets, outer, inner);
        var got = targets.Select(target =>
        {
            var y = new float[outer * inner];
            route.CopyOut(target, y);
            return y;
        }).ToArray();
        foreach (var block in leaves.Concat(outputs).Append(constants))
            block.Dispose();
        return got;
    }

    /// <summary>Plain arithmetic: add, multiply, subtract, maximum in turn with a constant.</summary>
    public static PointwiseProgram Chain(int length)
    {
        Type[] functions = [typeof(Add), typeof(Multiply), typeof(Subtract), typeof(Maximum)];
        return new([LeafKind.Full], 1,
            [.. Enumerable.Range(0, length).Select(i => new PointwiseLine(functions[i % 4], PointwisePart.Value, [i == 0 ? 0 : i + 1, 1]))],
            [length + 1]);
    }

    /// <summary>Every level adds the last value to itself times a half, twice used: a tree would have 2^levels nodes.</summary>
    public static PointwiseProgram Shared(int levels) => new([LeafKind.Full], 1,
        [.. Enumerable.Range(0, levels).SelectMany(i =>
        {
            var last = i == 0 ? 0 : 2 * i + 1;
            return new PointwiseLine[]
            {
                new(typeof(Multiply), PointwisePart.Value, [last, 1]),
                new(typeof(Add), PointwisePart.Value, [last, 2 * i + 2]),
            };
        })],
        [2 * levels + 1]);

    private static float[][] Leaves(PointwiseProgram program, int outer, int inner) =>
        [.. program.Leaves.Select((kind, k) => Numbers(
            kind switch { LeafKind.Full => outer * inner, LeafKind.Row => inner, LeafKind.Column => outer, _ => 1 }, k + 1))];

    private static double[] Interpret(PointwiseProgram program, float[][] leaves, float[] constants, int row, int c, int inner)
    {
        var values = leaves.Select((leaf, k) => leaf[program.Leaves[k] switch
        {
            LeafKind.Full => row * inner + c,
            LeafKind.Row => c,
            LeafKind.Column => row,
            _ => 0,
        }]).Concat(constants).ToList();
        foreach (var line in program.Lines)
        {
            var method = PointwiseMethods.Resolve(line.Function, line.Part, typeof(ScalarLane));
            var result = method.Invoke(null, [.. line.Arguments.Select(a => (object)new ScalarLane(values[a]))])!;
            values.Add(((ScalarLane)result).Value);
        }

        return [.. program.Outputs.Select(output => (double)values[output])];
    }
}
