using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The shipped text against the library, bit for bit: value, losses and gradient, of every way through the kernels.</summary>
public sealed class ClassIndexBitsTests(ITestOutputHelper output)
{
    private static readonly double[] wide = [double.NegativeInfinity, -300, -90, 0, -0.0, 1e-40, 88];

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 2, 1 }, { 130, 10, 1 }, { 7, 15, 1 }, { 5, 16, 1 }, { 4, 17, 1 }, { 2, 127, 1 }, { 3, 128, 1 }, // a thread a row
        { 17, 129, 1 }, { 3, 144, 1 }, { 2, 319, 1 }, // 16 threads a row
        { 2, 3, 70 }, { 1, 21, 131 }, { 3, 200, 2 }, // classes apart
    };

    private static ClassIndexLoss[] Losses(int classes)
    {
        ClassWeights weight = Enumerable.Range(0, classes).Select(static c => 0.3 + c % 7 * 0.77).ToArray();
        ClassWeights prior = Enumerable.Range(0, classes).Select(static c => 0.01 + c % 5).ToArray();
        ClassWeights unbounded = Enumerable.Range(0, classes).Select(static c => c == 1 ? double.PositiveInfinity : 0.5 + c % 3).ToArray();
        return
        [
            new CrossEntropyLoss { IgnoreIndex = 1 },
            new CrossEntropyLoss { Reduction = Reduction.Sum, Weight = weight, ZLoss = 0.01 },
            new CrossEntropyLoss { LabelSmoothing = 0.1, Weight = weight },
            new CrossEntropyLoss { LabelSmoothing = 0.3, Weight = weight, SmoothingWeight = SmoothingWeight.PerTarget, ZLoss = 0.02, Normalizer = 7 },
            new NllLoss { Weight = weight, IgnoreIndex = 0 },
            new CrossEntropyLoss { SoftCap = 5, IgnoreIndex = 0 },
            new CrossEntropyLoss { Temperature = 1.7, Prior = prior, PriorStrength = 0.5, LabelSmoothing = 0.2, Weight = weight, ZLoss = 0.01 },
            new CrossEntropyLoss { SoftCap = 2, Temperature = 0.5, Prior = prior, Weight = unbounded, Reduction = Reduction.Sum },
            new NllLoss { Reduction = Reduction.Sum },
            new SoftmaxFocalLoss { Weight = weight, IgnoreIndex = 0 },
            new SoftmaxFocalLoss { Gamma = 0.7, Reduction = Reduction.Sum },
            new SoftmaxFocalLoss { Gamma = 1 },
            new SoftmaxFocalLoss { Gamma = 0, Weight = weight },
        ];
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Floats_have_the_librarys_bits(int samples, int classes, int inner) => Check<float, int>(samples, classes, inner, 0);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Doubles_have_the_librarys_bits(int samples, int classes, int inner) => Check<double, long>(samples, classes, inner, 1);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Halves_have_the_librarys_bits(int samples, int classes, int inner) => Check<Half, short>(samples, classes, inner, 2);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BFloat16_has_the_librarys_bits(int samples, int classes, int inner) => Check<BFloat16, ushort>(samples, classes, inner, 3);

    [Theory]
    [InlineData(1000)]
    [InlineData(1024)]
    public void Long_rows_have_the_librarys_bits(int classes) => Check<float, int>(1, classes, 1, 4);

    /// <summary>More than 1024 classes, and more than 256 blocks of losses.</summary>
    [Theory]
    [InlineData(1, 2049, 1)]
    [InlineData(1, 17_000, 1)]
    [InlineData(300, 2, 2)]
    public void Sums_in_levels_have_the_librarys_bits(int samples, int classes, int inner) => Check<float, int>(samples, classes, inner, 5);

    private void Check<T, TTarget>(int samples, int classes, int inner, int salt)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var logits = new T[samples * classes * inner];
        for (var i = 0; i < logits.Length; i++)
            logits[i] = T.CreateTruncating(random.Next(40) == 0 ? wide[random.Next(wide.Length)] : random.NextDouble() * 20 - 10);
        if (samples > 2) logits[^1] = T.NaN;
        var targets = new TTarget[samples * inner];
        for (var i = 0; i < targets.Length; i++) targets[i] = TTarget.CreateTruncating(random.Next(classes));
        var counts = new T[targets.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = T.CreateTruncating(random.Next(4) == 0 ? 0 : random.NextDouble() * 3 - 0.5);
        var turn = 0;
        foreach (var loss in Losses(classes)) // headers and places take turns
            Compare(loss, PtxTarget.All[turn++ % 3], logits, targets, turn % 3 == 0 ? counts : [], samples, classes, inner, inPlace: turn % 2 == 0);
    }

    private static void Compare<T, TTarget>(
        ClassIndexLoss loss, PtxTarget target, T[] logits, TTarget[] targets, T[] counts, int samples, int classes, int inner, bool inPlace)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var (gradient, losses) = (new T[logits.Length], new T[targets.Length]);
        nint[] shape = inner == 1 ? [samples, classes] : [samples, classes, inner], short_ = inner == 1 ? [samples] : [samples, inner];
        var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<TTarget>(targets, short_),
            new TensorSpan<T>(gradient, shape), new TensorSpan<T>(losses, short_),
            counts.Length == 0 ? default : new ReadOnlyTensorSpan<T>(counts, short_));

        var device = new PtxDevice(target);
        using var memory = new DeviceScratch(device);
        ulong x = memory.Of<T>(logits), t = memory.Of<TTarget>(targets), each = memory.Of((long)Marshal.SizeOf<T>() * losses.Length);
        var g = inPlace ? x : memory.Of((long)Marshal.SizeOf<T>() * gradient.Length);
        var state = new ClassEvaluation(device, loss, samples, classes, inner).Run<T, TTarget>(x, t, g, each, counts.Length == 0 ? 0 : memory.Of<T>(counts));

        var what = $"{loss}{(counts.Length == 0 ? "" : " with sample weights")} of {typeof(T).Name} [{samples}, {classes}, {inner}]";
        AssertBits.Equal(expected.Sum, state.Sum, what + " sum");
        AssertBits.Equal(expected.Divisor, state.Divisor, what + " divisor");
        AssertBits.Equal(losses, AssertBits.Read<T>(device, each, losses.Length), what + " losses");
        AssertBits.Equal(gradient, AssertBits.Read<T>(device, g, gradient.Length), what + " gradient");
    }
}
