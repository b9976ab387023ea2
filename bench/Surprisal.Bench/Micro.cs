using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Surprisal.Kernels;

namespace Surprisal.Bench;

/// <summary>Single kernels under BenchmarkDotNet, in this process: what a change to one of them does.</summary>
public unsafe class Micro
{
    private readonly float[] a = Numbers(512 * 512), b = Numbers(512 * 512), c = new float[512 * 512];
    private readonly float[] images = Numbers(64 * 6 * 14 * 14), weight = Numbers(16 * 6 * 25), maps = new float[64 * 16 * 10 * 10];
    private readonly float[] planes = Numbers(384 * 28 * 28), pooled = new float[384 * 14 * 14];
    private readonly int[] positions = new int[384 * 14 * 14];
    private readonly float[] x = Numbers(1 << 22), y = Numbers(1 << 22), z = new float[1 << 22], first = new float[1 << 22],
        second = new float[1 << 22];
    private readonly float[] logits = Numbers(32000), gradient = new float[32000];
    private readonly int[] target = [7];
    private readonly double[] scale = [1], loss = new double[1];

    internal static void Run(string[] args)
    {
        var job = args.Contains("--short") ? Job.ShortRun : Job.Default;
        var config = DefaultConfig.Instance.AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default);
        BenchmarkSwitcher.FromTypes([typeof(Micro)]).Run([.. args.Where(static arg => arg != "--short"), "--filter", "*"], config);
    }

    [Benchmark(Description = "MatrixMultiply 512^3")]
    public void MatrixMultiply()
    {
        fixed (float* pa = a, pb = b, pc = c)
            Kernels.MatrixMultiply.Gemm<float>(512, 512, 512, new(pa, 512, 1), new(pb, 512, 1), pc, accumulate: false);
    }

    [Benchmark(Description = "Convolution forward, 64 x 6 x 14 x 14 by 16 x 6 x 5 x 5")]
    public void Convolution()
    {
        fixed (float* px = images, pw = weight, py = maps)
            Kernels.Convolution.Forward(new ConvolutionShape(64, 6, 14, 14, 16, 5, 5, 1, 0), px, pw, null, py);
    }

    [Benchmark(Description = "Max pooling 2 x 2, 384 x 28 x 28")]
    public void MaxPooling()
    {
        var s = new PoolingShape(384, 28, 28, 2, 2, 0);
        for (var plane = 0; plane < s.Planes; plane++) Pooling.Max<float>(s, plane, planes, pooled, positions);
    }

    [Benchmark(Description = "x + y, 4 M")]
    public void Add() => Elementwise.Map(x, y, z, default(Formulas<float>.Add));

    [Benchmark(Description = "Sum, 4 M")]
    public double Sum() => Reductions.Sum<float>(x);

    [Benchmark(Description = "Adam step, 4 M")]
    public void AdamStep() => Adam.Step(z, y, first, second, Kernels.AdamStep.At(5, 0.001, 0.9, 0.999, 1e-8, 0, decoupled: false));

    [Benchmark(Description = "CrossEntropy row with gradient, 32000 classes")]
    public double CrossEntropyRow()
    {
        new ClassBlock<float>(logits, logits.Length, target, new(default, logits.Length))
        {
            UsesColumns = false, Scales = scale, Gradient = gradient, Losses = loss
        }
            .Run(default(CrossEntropy));
        return loss[0];
    }

    [Benchmark(Description = "Softmax row, 32000 classes")]
    public void Softmax() => Kernels.Softmax.AlongAxis<float>(logits, logits.Length, 1, gradient, log: false);

    private static float[] Numbers(int count) => Tensor.Randn<float>([count], new Seed(1)).ToArray();
}
