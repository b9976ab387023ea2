using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>
/// A gradient written past the caches, beside the work on the rows behind it, has the bits of one that stays near, for every number of rows
/// and classes, smoothing, ignored rows and alignment; nothing beside it is touched.
/// </summary>
[Collection(Serial.Name)]
public sealed class StreamedGradientTests
{
    private const int Margin = 40;

    private static readonly int[] rowCounts = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 26];

    /// <summary>The least and the most classes of this way and their neighbours, and ones whose rows are no whole blocks or lines.</summary>
    private static readonly int[] classCounts = [1024, 1025, 1039, 1040, 2047, 4097, 8191, 16_385, 65_535, 65_536];

    [Fact]
    public void Floats_have_the_bits_of_a_near_gradient() => CheckAll<float>();

    [Fact]
    public void Doubles_have_the_bits_of_a_near_gradient() => CheckAll<double>();

    [Fact]
    public void A_large_gradient_has_the_bits_of_its_rows()
    {
        const int rows = 2101, classes = 4099; // 34 MB
        var x = Tensor.Randn<float>([rows, classes], new Seed(1)).ToArray();
        var (gradient, row) = (new float[x.Length], new float[classes]);
        Assert.True(NonTemporal.Suits<float>(x, gradient));
        var targets = Enumerable.Range(0, rows).Select(static i => i % 9 == 4 ? -100L : i * 31L % classes).ToArray();
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1, Reduction = Reduction.Sum };
        foreach (var threads in (int[])[1, 2, 5])
        {
            Serial.On(threads, () => loss.Evaluate<float, long>(x, targets, classes, gradient).Value);
            for (var i = 0; i < rows; i += 13)
            {
                loss.Evaluate<float, long>(x.AsSpan(i * classes, classes), targets.AsSpan(i, 1), classes, row);
                Assert.Equal(row, gradient.AsSpan(i * classes, classes).ToArray());
            }
        }
    }

    private static void CheckAll<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        foreach (var classes in classCounts)
            foreach (var rows in rowCounts)
                if (rows * classes <= 200_000)
                    Check<T>(rows, classes, random);
    }

    private static void Check<T>(int rows, int classes, Random random) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] x = [.. Enumerable.Range(0, rows * classes).Select(_ => T.CreateChecked(random.NextDouble() * 20 - 10))];
        if (rows > 2) x[classes + 3] = T.NaN;
        T[] weight = [.. Enumerable.Range(1, classes).Select(static c => T.CreateChecked(1 + c % 7))];
        var ignored = random.Next(4); // none, some, most or all of the rows
        int[] targets = [.. Enumerable.Range(0, rows).Select(_ => random.Next(3) < ignored ? ClassTargets.Ignored : random.Next(classes))];
        var offset = random.Next(Margin);
        foreach (var (smoothing, weighted) in new[] { (0.0, false), (0.1, false), (0.1, true) })
        {
            var parameters = new ClassParameters<T>(weighted ? weight : [], classes) { LabelSmoothing = smoothing };
            var (near, nearLosses) = Run(x, classes, targets, parameters, offset, isFar: false);
            var (far, farLosses) = Run(x, classes, targets, parameters, offset, isFar: true);
            Assert.Equal(near, far);
            Assert.Equal(nearLosses, farLosses);
        }
    }

    private static (T[] Gradient, double[] Losses) Run<T>(
        T[] x, int classes, int[] targets, ClassParameters<T> parameters, int offset, bool isFar) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (memory, losses) = (new T[x.Length + 2 * Margin], new double[targets.Length]);
        memory.AsSpan().Fill(T.CreateChecked(777));
        double[] scales = [.. targets.Select(static (_, i) => 0.5 + i)];
        new ClassBlock<T>(x, classes, targets, parameters)
        {
            UsesColumns = false, Scales = scales, Gradient = memory.AsSpan(offset, x.Length), Losses = losses, IsGradientFar = isFar,
        }.Run(default(CrossEntropy));
        return (memory, [.. losses.Select((loss, i) => ClassTargets.IsIgnored(targets[i]) ? 0 : loss)]);
    }
}
