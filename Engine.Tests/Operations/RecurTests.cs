using GpuNN.Cells;
using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Tests;

/// <summary>A recurrent layer's run and its gradient through time agree with the cell's formula in double precision, unit by unit.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Recur<>), typeof(RecurGradient<>))]
[Notes("15.1.2", "Backpropagation through time")]
public sealed class RecurTests(Device device)
{
    public static IEnumerable<TestCaseData> Cells()
    {
        yield return Case<TanhCell>(Reference.Tanh);
        yield return Case<ReluCell>(Reference.Rectifier);
        yield return Case<LstmCell<ClosedPeepholes>>(Reference.Lstm(peepholes: false));
        yield return Case<LstmCell<OpenPeepholes>>(Reference.Lstm(peepholes: true));
        yield return Case<CoupledLstmCell<ClosedPeepholes>>(Reference.CoupledLstm(peepholes: false));
        yield return Case<CoupledLstmCell<OpenPeepholes>>(Reference.CoupledLstm(peepholes: true));
        yield return Case<GruCell<KeepingGate>>(Reference.Gru(keeps: true));
        yield return Case<GruCell<TakingGate>>(Reference.Gru(keeps: false), "that takes");
    }

    [TestCaseSource(nameof(Cells))]
    public void A_cell_agrees(Subject subject) => subject.Verify(device, steps: 4, batch: 2, units: 3, backwards: false, lengths: null);

    [TestCaseSource(nameof(Cells))]
    public void A_cell_agrees_backwards_and_with_lengths(Subject subject)
    {
        subject.Verify(device, steps: 3, batch: 2, units: 5, backwards: true, lengths: null);
        subject.Verify(device, steps: 3, batch: 3, units: 2, backwards: false, lengths: [2, 3, 0]);
        subject.Verify(device, steps: 3, batch: 3, units: 2, backwards: true, lengths: [1, 0, 3]);
    }

    [TestCaseSource(nameof(Cells))]
    public void The_last_state_alone_has_the_gradient(Subject subject) =>
        subject.Verify(device, steps: 2, batch: 1, units: 4, backwards: false, lengths: null, onlyLast: true);

    // The host multiplies the inputs of so many sequences step by step.
    [TestCaseSource(nameof(Cells))]
    public void A_batch_of_many_agrees(Subject subject) => subject.Verify(device, steps: 2, batch: 8, units: 3, backwards: true, lengths: null);

    [TestCaseSource(nameof(Cells))]
    public void One_step_agrees(Subject subject) => subject.Verify(device, steps: 1, batch: 2, units: 2, backwards: false, lengths: null);

    [Test]
    public void Its_gradient_has_none_and_says_so() => Assert.That(() =>
    {
        using var own = Device.On(new HostRoute(1));
        own.Compile(graph =>
        {
            var x = graph.Input("x", [2, 1, 3]);
            var rule = new Recur<TanhCell>();
            var y = rule.Apply(x, graph.Input("w", [3, 3]), graph.Input("u", [3, 3]), graph.Input("v", [1, 3]), graph.Input("h", [1, 3]))[0];
            return graph.Gradients(graph.Gradients(y.Sum(), [x])[0].Square().Sum(), [x]);
        }).Run(Feed.Of("x", new float[6]), Feed.Of("w", new float[9]), Feed.Of("u", new float[9]), Feed.Of("v", new float[3]), Feed.Of("h", new float[3]));
    }, Throws.InstanceOf<NotSupportedException>().With.Message.Contains("has no gradient of its own"));

    [Test]
    public void Operands_that_do_not_fit_are_refused() => Assert.That(() =>
    {
        using var own = Device.On(new HostRoute(1));
        own.Compile(graph => new Recur<TanhCell>().Apply(
            graph.Input("x", [2, 4, 3]), graph.Input("w", [3, 3]), graph.Input("u", [3, 3]), graph.Input("v", [1, 3]), graph.Input("h", [2, 3]))).Run(
            Feed.Of("x", new float[24]), Feed.Of("w", new float[9]), Feed.Of("u", new float[9]), Feed.Of("v", new float[3]), Feed.Of("h", new float[6]));
    }, Throws.InstanceOf<ShapeException>().With.Message.Contains("A state belongs to one batch"));

    private static TestCaseData Case<TCell>(Reference.Cell cell, string form = "") where TCell : struct, IRecurrentCell =>
        new TestCaseData(new Subject<TCell>(cell)).SetArgDisplayNames(typeof(TCell).Name.Split('`')[0] + (TCell.Extras > 1 ? " with peepholes" : "") + $" {form}");

    /// <summary>A cell with its reference.</summary>
    public abstract class Subject
    {
        internal abstract void Verify(Device device, int steps, int batch, int units, bool backwards, int[]? lengths, bool onlyLast = false);

        internal abstract void SameBits(int steps, int batch, int units);
    }

    private sealed class Subject<TCell>(Reference.Cell cell) : Subject where TCell : struct, IRecurrentCell
    {
        private const int Features = 2;

        private static int States => TCell.HasCell ? 2 : 1;

        internal override void Verify(Device device, int steps, int batch, int units, bool backwards, int[]? lengths, bool onlyLast)
        {
            var options = Options(lengths);
            OperationCheck.Verify(device, x => Build(x, backwards, onlyLast), [.. Shapes(steps, batch, units), .. lengths is null ? Array.Empty<Shape>() : [[batch]]], x =>
            {
                var (all, hidden, cells) = Reference.Recur(
                    cell, TCell.Gates, TCell.Extras, x[0], x[1], x[2], x[3], x[4], TCell.HasCell ? x[5] : null, steps, batch, units, backwards, lengths);
                return [.. onlyLast ? [] : all, .. hidden, .. TCell.HasCell ? cells : []];
            }, options);
        }

        internal override void SameBits(int steps, int batch, int units) => OperationCheck.SameBits(
            x => Build(x, backwards: false, onlyLast: false), Shapes(steps, batch, units), batch * units * (steps + States), Options(null));

        private static CheckOptions Options(int[]? lengths) => new()
        {
            Low = -0.9,
            High = 1.1,
            SecondOrder = false,
            GradientTolerance = 4e-5,
            Integers = lengths is null ? new Dictionary<int, int[]>() : new Dictionary<int, int[]> { [4 + States] = lengths },
        };

        private static Shape[] Shapes(int steps, int batch, int units) =>
        [
            [steps, batch, Features], [Features, TCell.Gates * units], [units, TCell.Gates * units], [TCell.Gates + TCell.Extras, units], [batch, units],
            .. TCell.HasCell ? [[batch, units]] : Array.Empty<Shape>(),
        ];

        private static Tensor Build(Tensor[] x, bool backwards, bool onlyLast)
        {
            var outputs = new Recur<TCell>(backwards).Apply(x);
            return Slicing.Concatenate(0, [.. outputs.Skip(onlyLast ? 1 : 0).Take(States + (onlyLast ? 0 : 1)).Select(y => y.Reshape([(int)y.Shape.Elements]))]);
        }
    }
}
