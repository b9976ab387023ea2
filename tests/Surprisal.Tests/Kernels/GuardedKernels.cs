using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>The kernels that no loss reaches, on memory between guards.</summary>
internal static unsafe class GuardedKernels
{
    public static IEnumerable<(string Name, Action<GuardedArena, int> Run)> Of<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        yield return ("maps", Maps<T>);
        yield return ("reductions", Sums<T>);
        yield return ("information", Entropies<T>);
        yield return ("16-bit conversions", Convert16Bit<T>);
        yield return ("matrix multiply, wide", (arena, n) => Multiply<T>(arena, n % 15, n, n % 5 + 1));
        yield return ("matrix multiply, tall", (arena, n) => Multiply<T>(arena, n, n % 11, 3));
        yield return ("matrix multiply, deep", (arena, n) => Multiply<T>(arena, 3, 5, n));
        foreach (var (stride, padding) in new[] { (1, 0), (1, 1), (2, 1) })
        {
            yield return ($"convolution, stride {stride}, padding {padding}",
                (arena, n) => Convolve<T>(arena, new ConvolutionShape(2, 2, 3, n + 3, 3, 3, n % 3 + 1, stride, padding)));
            yield return ($"pooling, stride {stride}, padding {padding}", (arena, n) => Pool<T>(arena, new PoolingShape(2, 3, n + 2, 2, stride, padding)));
        }
        yield return ("convolution, small",
            (arena, n) => Convolve<T>(arena, new ConvolutionShape(n % 2 + 1, n % 3 + 1, 1, n / 6 % 5 + 1, n / 30 % 2 + 1, 1, 1, n / 60 % 2 + 1, n / 120 % 2)));
        yield return ("batch norm", Normalize<T>);
    }

    public static IEnumerable<(string Name, Action<GuardedArena, int> Run)> Optimizers()
    {
        yield return ("adam", static (arena, n) => Adam.Step(Moments(arena, n), arena.Numbers<float>(n), Moments(arena, n), Moments(arena, n),
            AdamStep.At(3, 0.1, 0.9, 0.99, 1e-8, 0.01, decoupled: true)));
        yield return ("sgd", static (arena, n) => Sgd.Step(Moments(arena, n), arena.Numbers<float>(n), Moments(arena, n), 0.1f, 0.9f, 0.01f, nesterov: true));
        yield return ("sgd without momentum",
            static (arena, n) => Sgd.Step(Moments(arena, n), arena.Numbers<float>(n), default, 0.1f, 0, 0.01f, nesterov: false));
    }

    private static Span<float> Moments(GuardedArena arena, int n)
    {
        var numbers = arena.Output<float>(n);
        for (var i = 0; i < n; i++) numbers[i] = i / 64f;
        return numbers;
    }

    private static void Maps<T>(GuardedArena arena, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = arena.Numbers<T>(n);
        var y = arena.Numbers<T>(n);
        Elementwise.Map(x, arena.Output<T>(n), default(Formulas<T>.Tanh));
        Elementwise.Map(x, y, arena.Output<T>(n), default(Formulas<T>.Multiply));
        Elementwise.Map(x, T.One, arena.Output<T>(n), default(Formulas<T>.Add));
        Elementwise.Map(T.One, y, arena.Output<T>(n), default(Formulas<T>.Add));
    }

    private static void Sums<T>(GuardedArena arena, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = arena.Numbers<T>(n);
        var y = arena.Numbers<T>(n);
        arena.Answer(Reductions.Sum(x));
        arena.Answer(Reductions.SquaredDeviations(x, T.CreateTruncating(0.25)));
        arena.Answer(Reductions.SumAndProducts(y, x, T.CreateTruncating(0.25)).Products);
        var total = arena.Output<double>(n);
        total.Clear();
        Reductions.AddTo(x, total);
        for (var stride = 1; n > 0 && stride < 4; stride++) arena.Answer(Surprisal.Kernels.ArgMax.Find(x, stride));
    }

    private static void Entropies<T>(GuardedArena arena, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var p = arena.Numbers<T>(n, probabilities: true);
        var q = arena.Numbers<T>(n, probabilities: true);
        arena.Answer(Surprisal.Information.Entropy(p));
        arena.Answer(Surprisal.Information.CrossEntropy(p, q));
        arena.Answer(Surprisal.Information.KlDivergence(p, q));
        var targets = new long[n];
        arena.Answer(new CrossEntropyLoss { Weight = [1, 2] }.Divisor<long>(targets, 2));
        foreach (var weight in PositiveWeights.FromTargets(p, Math.Max(n, 1))) arena.Answer(weight);
    }

    private static void Convert16Bit<T>(GuardedArena arena, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = arena.Numbers<float>(n);
        var half = arena.Output<Half>(n);
        var brain = arena.Output<BFloat16>(n);
        SixteenBit.Narrow(x, half);
        SixteenBit.Narrow(x, brain);
        SixteenBit.Widen<Half, float>(half, arena.Output<float>(n));
        SixteenBit.Widen<BFloat16, float>(brain, arena.Output<float>(n));
    }

    private static void Multiply<T>(GuardedArena arena, int m, int n, int k) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var a = Start(arena.Numbers<T>(m * k));
        var b = Start(arena.Numbers<T>(k * n));
        var y = Start(arena.Output<T>(m * n));
        var sum = arena.Output<T>(m * n);
        var transposed = Start(arena.Output<T>(m * n));
        sum.Fill(T.One);
        MatrixMultiply.Gemm(m, n, k, new Matrix<T>(a, k, 1), new Matrix<T>(b, n, 1), y, accumulate: false);
        MatrixMultiply.Gemm(m, n, k, new Matrix<T>(a, k, 1), new Matrix<T>(b, 1, k), Start<T>(sum), accumulate: true);
        MatrixMultiply.Gemm(m, n, k, new Matrix<T>(a, 1, m), new Matrix<T>(b, n, 1), transposed, accumulate: false, parallel: false);
    }

    private static void Convolve<T>(GuardedArena arena, ConvolutionShape s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = Start(arena.Numbers<T>(s.N * s.InputLength));
        var weight = Start(arena.Numbers<T>(s.O * s.PatchLength));
        var bias = Start(arena.Numbers<T>(s.O));
        var y = Start(arena.Output<T>(s.N * s.OutputLength));
        Convolution.Forward(s, x, weight, bias, y);
        Convolution.InputGradient(s, y, weight, Start(arena.Output<T>(s.N * s.InputLength)));
        Convolution.WeightGradient(s, x, y, Start(arena.Output<T>(s.O * s.PatchLength)));
        Convolution.BiasGradient(s, y, Start(arena.Output<T>(s.O)));
    }

    private static void Pool<T>(GuardedArena arena, PoolingShape s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var output = s.Planes * s.Oh * s.Ow;
        var x = arena.Numbers<T>(s.Planes * s.H * s.W);
        var y = arena.Output<T>(output);
        var positions = arena.Output<int>(output);
        var average = arena.Output<T>(output);
        var largest = arena.Output<T>(x.Length);
        var all = arena.Output<T>(x.Length);
        for (var plane = 0; plane < s.Planes; plane++)
        {
            Pooling.Max(s, plane, x, y, positions);
            Pooling.MaxGradient(s, plane, y, positions, largest);
            Pooling.Average(s, plane, x, average);
            Pooling.AverageGradient(s, plane, average, all);
        }
    }

    private static void Normalize<T>(GuardedArena arena, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = new ChannelShape(2, 3, n);
        var x = arena.Numbers<T>(6 * n);
        var g = arena.Numbers<T>(6 * n);
        var y = arena.Output<T>(6 * n);
        var dx = arena.Output<T>(6 * n);
        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, variance) = BatchNorm.Statistics(s, channel, x);
            arena.Answer(variance);
            BatchNorm.Normalize(s, channel, x, mean, 0.5, T.One, T.One, y);
            BatchNorm.InputGradient(s, channel, x, g, mean, 0.5, T.One, dx);
        }
    }

    private static T* Start<T>(ReadOnlySpan<T> memory) where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
}
