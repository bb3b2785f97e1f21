namespace GpuNN.Peers;

/// <summary>Every workload, in the order in which they run.</summary>
static class WorkloadList
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("ceiling_copy", "ceilings", "64Mi float copy", KernelWorkloads.CeilingCopy),

        .. new[] { 256, 512, 1024, 2048 }.Select(n => Kernel($"gemm_{n}", $"m={n},k={n},n={n}", () => KernelWorkloads.Gemm(n, n, n))),
        Kernel("gemm_tall", "m=128,k=784,n=512", () => KernelWorkloads.Gemm(128, 784, 512)),
        Kernel("conv3x3_fwd", "64x32x28x28 K64 3x3 pad1", () => KernelWorkloads.Conv(64, 32, 28, 64, 3, 1, false)),
        Kernel("conv3x3_fwdbwd", "64x32x28x28 K64 3x3 pad1", () => KernelWorkloads.Conv(64, 32, 28, 64, 3, 1, true)),
        Kernel("conv5x5_fwd", "64x1x28x28 K32 5x5 pad2", () => KernelWorkloads.Conv(64, 1, 28, 32, 5, 2, false)),
        Kernel("conv5x5_fwdbwd", "64x1x28x28 K32 5x5 pad2", () => KernelWorkloads.Conv(64, 1, 28, 32, 5, 2, true)),
        Kernel("maxpool2x2_fwdbwd", "64x32x28x28", KernelWorkloads.MaxPool),
        Kernel("relu_fwd_16m", "16777216", KernelWorkloads.ReluFwd),
        Kernel("softmax_rows", "4096x1000", KernelWorkloads.SoftmaxRows),
        Kernel("layernorm_fwdbwd", "64x64x28x28 over (64,28,28)", KernelWorkloads.LayerNorm),
        Kernel("batchnorm_fwdbwd", "64x64x28x28", KernelWorkloads.BatchNorm),
        Kernel("reduce_sum_axis0", "4096x4096 -> 4096", () => KernelWorkloads.ReduceSum(0)),
        Kernel("reduce_sum_axis1", "4096x4096 -> 4096", () => KernelWorkloads.ReduceSum(1)),
        Kernel("adam_step_10m", "10000000", KernelWorkloads.AdamStep),

        Training("mlp_mnist", "784-512-512-10 b128 Adam", DenseWorkloads.MlpMnist),
        Training("mlp_small", "2-32-32-1 b64 SGD", DenseWorkloads.MlpSmall),
        Training("lenet_mnist", "1x28x28 b64 Adam", ConvolutionalWorkloads.Lenet),
        Training("resnet_cifar", "ResNet-20 3x32x32 b32 SGD momentum", ConvolutionalWorkloads.ResNet20),
        Training("autoencoder", "784-256-64-256-784 b128 Adam", DenseWorkloads.Autoencoder),
        Training("vae", "784-400-20-400-784 b128 Adam", GenerativeWorkloads.Vae),
        Training("lstm", "b64 T100 in64 h256 Adam", SequenceWorkloads.Lstm),
        Training("gru", "b64 T100 in64 h256 Adam", SequenceWorkloads.Gru),
        Training("transformer", "b16 T128 d256 h4 ff1024 Adam", SequenceWorkloads.Transformer),
        Training("capsnet", "1x28x28 b32 Adam", ConvolutionalWorkloads.CapsNet),
        Training("gan", "G 64-256-784 D 784-256-1 b64 Adam", GenerativeWorkloads.Gan),
        Training("rbm_cd1", "784-500 b100 SGD", GenerativeWorkloads.Rbm),
    ];

    static Workload Kernel(string name, string shape, Func<Work> build) => new(name, "kernels", shape, build);

    static Workload Training(string name, string shape, Func<Work> build) => new(name, "train", shape, build);
}
