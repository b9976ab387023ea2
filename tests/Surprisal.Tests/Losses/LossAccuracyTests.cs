using System.Numerics;
using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>
/// The promise of docs/accuracy.md on samples: a loss within 2 units of the last place of the truth, 1 after a reduction, however confident, long or narrow.
/// </summary>
public sealed class LossAccuracyTests
{
    private const int Rows = 64, Classes = 10;

    /// <summary>By how much the target's logit is ahead; 0 leaves it where it is.</summary>
    public static TheoryData<double> Margins => new(0.0, 1.0, 5.0, 10.0, 16.0, 17.0, 20.0);

    [Theory, MemberData(nameof(Margins)), InlineData(30), InlineData(50), InlineData(80)]
    public void ConfidentFloats(double margin) => Check<float>(margin, Precise);

    [Theory, MemberData(nameof(Margins))]
    public void ConfidentDoubles(double margin) => Check<double>(margin, Decimal);

    [Theory, MemberData(nameof(Margins)), InlineData(30), InlineData(50), InlineData(80)]
    public void ConfidentHalves(double margin) => Check<Half>(margin, Precise);

    [Theory, MemberData(nameof(Margins)), InlineData(30), InlineData(50), InlineData(80)]
    public void ConfidentBFloat16(double margin) => Check<BFloat16>(margin, Precise);

    [Fact]
    public void SumsOfDoublesAreTheExactSumsOfTheLosses()
    {
        const int Count = 100_003;
        var random = new RandomStream(7);
        var x = Enumerable.Range(0, Count).Select(_ => 200 * random.Uniform() - 100).ToArray();
        var p = Enumerable.Range(0, Count).Select(_ => 0.001 + 0.998 * random.Uniform()).ToArray();
        SumIsExact(new BceWithLogitsLoss(), x, p, [Count], [Count]);
        SumIsExact(new BceLoss(), p, p, [Count], [Count]);
        SumIsExact(new KlDivLoss(), Array.ConvertAll(p, Math.Log), p, [Count], [Count]);
        SumIsExact(new CrossEntropyLoss(), x[..100_000], p[..100_000], [25_000, 4], [25_000]);
        SumIsExact(new CrossEntropyLoss(), x[..100_000], p[..100_000], [2, 4, 12_500], [2, 12_500]);
    }

    [Theory, InlineData(2.0), InlineData(20.0), InlineData(60.0)]
    public void SumsOfFloatsAreWithinOneUlp(double spread)
    {
        const int Count = 100_001;
        var random = new RandomStream(8);
        var z = Enumerable.Range(0, Count).Select(_ => (float)(spread * random.Normal())).ToArray();
        var y = Enumerable.Range(0, Count).Select(_ => (float)random.Below(2)).ToArray();
        var truth = z.Zip(y, static (logit, target) => Softplus(target == 0 ? logit : -logit)).Sum();
        Within(truth, new BceWithLogitsLoss { Reduction = Reduction.Sum }.Forward(Tensor.Create<float>(z), Tensor.Create<float>(y)).Item(), 1,
            $"sum of BCE, spread {spread}");
        // Two classes, 0 and z, are the same question.
        var pairs = Tensor.Create<float>([.. z.SelectMany(static logit => new[] { 0, logit })], [Count, 2]);
        Within(truth / Count, new CrossEntropyLoss().Forward(pairs, Tensor.Create<long>([.. y.Select(static t => (long)t)])).Item(), 1,
            $"mean of cross-entropy, spread {spread}");
    }

    [Fact]
    public void ConfidenceDoesNotCollapse()
    {
        // snippet: collapse
        var logits = Tensor.Create<float>([[20, 0]], requiresGrad: true);
        var loss = new CrossEntropyLoss().Forward(logits, Tensor.Create<long>([0]));
        loss.Backward();
        Console.WriteLine(loss.Item());                    // 2.0611537E-09
        Console.WriteLine(logits.Grad!.ToArray()[0]);      // -2.0611537E-09
        // end
        Assert.Equal((2.0611537E-09f, -2.0611537E-09f), (loss.Item(), logits.Grad!.ToArray()[0]));
    }

    /// <summary>Rows with the classes last and on an inner axis.</summary>
    private static void Check<T>(double margin, Func<double[], int, double> truth) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(9, (long)margin);
        var (rows, columns, targets) = (new T[Rows * Classes], new T[Rows * Classes], new long[Rows]);
        var wanted = new double[Rows];
        for (var row = 0; row < Rows; row++)
        {
            var x = Enumerable.Range(0, Classes).Select(_ => 2 * random.Normal()).ToArray();
            var t = (int)(targets[row] = (long)random.Below(Classes));
            if (margin > 0) x[t] = x.Where((_, c) => c != t).Max() + margin;
            var stored = Array.ConvertAll(x, T.CreateTruncating);
            for (var c = 0; c < Classes; c++) rows[row * Classes + c] = columns[c * Rows + row] = stored[c];
            wanted[row] = truth(Array.ConvertAll(stored, double.CreateTruncating), t);
        }
        var loss = new CrossEntropyLoss { Reduction = Reduction.None };
        var along = Evaluated<T>.Of(loss, rows, [Rows, Classes], targets);
        var across = Evaluated<T>.Of(loss, columns, [1, Classes, Rows], targets);
        for (var row = 0; row < Rows; row++)
        {
            Within(wanted[row], along.Losses[row], 2, $"row {row}, margin {margin}, seed 9");
            Within(wanted[row], across.Losses[row], 2, $"column {row}, margin {margin}, seed 9");
        }
        Within(Exact(wanted), T.CreateTruncating(along.Value), 1, $"sum, margin {margin}, seed 9");
    }

    /// <summary>Double, for narrower types: the sum of the others' exponentials relative to the target's.</summary>
    private static double Precise(double[] x, int t) => Log1p(x.Where((_, c) => c != t).Sum(v => Math.Exp(v - x[t])));

    /// <summary>For doubles: 28 decimal places, of which 19 are digits at a margin of 20.</summary>
    private static double Decimal(double[] x, int t)
    {
        var sum = x.Where((_, c) => c != t).Sum(v => Exp(Exactly(v) - Exactly(x[t])));
        var log = (decimal)Math.Log(1 + (double)sum);
        for (var i = 0; i < 3; i++) log -= 1 - (1 + sum) * Exp(-log); // Newton
        return (double)log;
    }

    /// <summary>A double to 2^-72, in two parts that decimals hold: the conversion of the base library keeps only 15 digits.</summary>
    private static decimal Exactly(double x)
    {
        var high = Math.Floor(x * (1 << 20));
        return (decimal)high / (1 << 20) + (decimal)Math.Round(Math.ScaleB(x - high / (1 << 20), 72)) / 4722366482869645213696m;
    }

    /// <summary>exp: Taylor's series of the fraction, times e as often as the whole part says.</summary>
    private static decimal Exp(decimal x)
    {
        const decimal E = 2.7182818284590452353602874714m;
        var whole = decimal.Truncate(x);
        var (sum, term) = (1m, 1m);
        for (var n = 1; n < 30; n++) sum += term *= (x - whole) / n;
        for (; whole > 0; whole--) sum *= E;
        for (; whole < 0; whole++) sum /= E;
        return sum;
    }

    private static double Softplus(double z) => Math.Max(z, 0) + Log1p(Math.Exp(-Math.Abs(z)));

    /// <summary>Kahan's: the rounding of 1 + x cancels.</summary>
    private static double Log1p(double x) => 1 + x == 1 ? x : double.IsInfinity(x) ? x : Math.Log(1 + x) * (x / (1 + x - 1));

    private static void SumIsExact(Loss loss, double[] x, double[] t, nint[] shape, nint[] lossShape)
    {
        var losses = new double[lossShape.Aggregate(1, static (product, size) => product * (int)size)];
        var inputs = new ReadOnlyTensorSpan<double>(x, shape);
        var targets = new ReadOnlyTensorSpan<double>(t, shape);
        var each = new TensorSpan<double>(losses, lossShape);
        var sum = loss is CrossEntropyLoss crossEntropy
            ? crossEntropy.Evaluate(inputs, targets, losses: each).Sum
            : ((DenseLoss)loss).Evaluate(inputs, targets, losses: each).Sum;
        Within(Exact(losses), sum, 1, $"{loss.GetType().Name} of shape {string.Join(" x ", shape)}");
    }

    /// <summary>The sum in whole multiples of 2^-275, far below the last place of any sum here, rounded at the end.</summary>
    private static double Exact(double[] numbers)
    {
        var sum = BigInteger.Zero;
        foreach (var number in numbers)
        {
            var bits = BitConverter.DoubleToInt64Bits(Math.Abs(number));
            var shift = (int)(bits >> 52) - 800;
            if (shift >= 0) sum += Math.Sign(number) * (new BigInteger((bits & ((1L << 52) - 1)) | (1L << 52)) << shift);
        }
        return Math.ScaleB((double)sum, 800 - 1075);
    }

    private static void Within<T>(double truth, T actual, double ulps, string about) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var nearest = T.Abs(T.CreateTruncating(truth));
        var unit = double.CreateTruncating(T.BitIncrement(nearest)) - double.CreateTruncating(nearest);
        var distance = T.IsInfinity(nearest)
            ? (actual.Equals(nearest) ? 0 : double.PositiveInfinity)
            : Math.Abs(double.CreateTruncating(actual) - truth) / unit;
        Assert.True(distance <= ulps, $"{about}: {actual:R} is {distance:0.00} ulps from {truth:R}.");
    }
}
