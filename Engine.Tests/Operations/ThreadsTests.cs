namespace GpuNN.Tests;

/// <summary>
/// Every kind of kernel at a size that is split over threads, gradients included: the same bits with 1, 2, 3 and 5 threads, and
/// vectors of 16, 8 and 4 floats agree.
/// </summary>
[Category("Kernels")]
public sealed class ThreadsTests
{
    private static readonly Shape matrix = [301, 67];

    public static readonly TestCaseData[] Rows =
    [
        Row("pointwise with a row and a column", x => (x[0] * x[1] + x[2]).Tanh() / (1f + x[0].Square()), [matrix, [67], [301, 1]], matrix),
        Row("a chain of functions", x => x[0].Exp().Softplus().Sqrt() * x[0].Sigmoid(), [matrix], matrix),
        Row("product", x => x[0].MatMul(x[1]), [[130, 67], [67, 90]], [130, 90]),
        Row("product with a bias and an activation", x => (x[0].MatMul(x[1]) + x[2]).Tanh(), [[130, 67], [67, 90], [90]], [130, 90]),
        Row("batched product", x => x[0].MatMul(x[1].Transpose()), [[5, 33, 40], [5, 37, 40]], [5, 33, 37]),
        Row("tall product", x => x[0].MatMul(x[1]), [[1200, 9], [9, 5]], [1200, 5]),
        Row("product with a long sum", x => x[0].MatMul(x[1]), [[3, 3000], [3000, 7]], [3, 7]),
        Row("sum of rows", x => x[0].Sum(1), [matrix], [301]),
        Row("sum of columns", x => x[0].Sum(0), [matrix], [67]),
        Row("sum of all", x => x[0].Square().Sum(), [[301, 167]], []),
        Row("sum of a middle axis", x => x[0].Mean(1).Tanh(), [[13, 67, 21]], [13, 21]),
        Row("maxima", x => x[0].Max(1) * x[0].Min(1), [matrix], [301]),
        Row("softmax", x => x[0].Softmax() * x[0].LogSoftmax(), [matrix], matrix),
        Row("maxima of windows side by side", x => x[0].MaxPool(new Window(2, 2)), [[6, 5, 13, 31]], [6, 5, 6, 15]),
        Row("maxima of windows that overlap", x => x[0].MaxPool(new Window(3, 2, 1)), [[6, 5, 13, 31]], [6, 5, 7, 16]),
        Row("means of windows", x => x[0].AveragePool(new Window(3, 1, 1)), [[6, 5, 13, 31]], [6, 5, 13, 31]),
        Row("convolution", x => x[0].Convolve(x[1], x[2], new Window(3, 1, 1)).Relu(), [[5, 7, 17, 15], [13, 7, 3, 3], [13]], [5, 13, 17, 15]),
        Row("convolution of one large image", x => x[0].Convolve(x[1], null, new Window(3, 1, 1)), [[1, 9, 61, 70], [5, 9, 3, 3]], [1, 5, 61, 70]),
        Row("convolution of few inputs to many outputs", x => x[0].Convolve(x[1], null, new Window(5, 1, 2)), [[6, 2, 14, 13], [33, 2, 5, 5]], [6, 33, 14, 13]),
        Row("convolution with strides, dilation and groups", x => x[0].Convolve(x[1], x[2], new Window(3, 2, 2, 2), 2), [[6, 8, 19, 21], [10, 4, 3, 3], [10]], [6, 10, 10, 11]),
        Row("transposed convolution", x => x[0].ConvolveTransposed(x[1], x[2], new Window(4, 2, 1), 26).Relu(), [[5, 9, 13, 13], [9, 6, 4, 4], [6]], [5, 6, 26, 26]),
        Row("convolution of pixels", x => x[0].Convolve(x[1], null, new Window(1)), [[7, 19, 9, 11], [23, 19, 1, 1]], [7, 23, 9, 11]),
        Row("local receptive fields", x => x[0].ConnectLocally(x[1], new Window(3, 1, 1)), [[6, 3, 17, 15], [5, 3, 3, 3, 17, 15]], [6, 5, 17, 15]),
        Row("gather", x => x[0].Gather(x[1]), [[50, 67], [301]], matrix, new() { Integers = new Dictionary<int, int[]> { [1] = [.. Enumerable.Range(0, 301).Select(i => i * 7 % 50)] } }),
        Row("cross-entropy", x => Loss.SoftmaxCrossEntropy.Of(x[0], x[1]), [matrix, [301]], [], new() { Integers = new Dictionary<int, int[]> { [1] = [.. Enumerable.Range(0, 301).Select(i => i * 5 % 67)] } }),
        Row("moves", x => Slicing.Concatenate(1, x[0].Transpose(), x[1]).Slice(0, 3, 60).Pad(1, 2, 1), [matrix, [67, 9]], [60, 313]),
        Row("a permuted cube", x => x[0].Permute(2, 0, 1).Exp(), [[13, 67, 21]], [21, 13, 67]),
        Row("broadcast", x => Graph.Current.Apply(new Operations.Broadcast([61, 13, 21]), x[0]).Square(), [[13, 1]], [61, 13, 21]),
        Row("random numbers", x => x[0] * Graph.Current.Normal(matrix) + Graph.Current.Mask(matrix, 0.4f), [matrix], matrix),
    ];

    [TestCaseSource(nameof(Rows))]
    public void The_bits_do_not_depend_on_the_threads(object build, Shape[] shapes, Shape result, object options) =>
        OperationCheck.SameBits((Func<Tensor[], Tensor>)build, shapes, (int)result.Elements, (CheckOptions)options);

    private static TestCaseData Row(string name, Func<Tensor[], Tensor> build, Shape[] shapes, Shape result, CheckOptions? options = null) =>
        new TestCaseData(build, shapes, result, options ?? new()).SetArgDisplayNames(name);
}
