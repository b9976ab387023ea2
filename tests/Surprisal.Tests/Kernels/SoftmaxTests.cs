using FsCheck;
using FsCheck.Fluent;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Rows and columns of every length against double, and the laws of softmax.</summary>
public sealed class SoftmaxTests
{
    public static TheoryData<int> Lengths() => [.. Enumerable.Range(1, 130), 255, 256, 257, 511, 513, 1000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_row_of_any_length_matches_double(int length)
    {
        CheckRow<float>(length, 3e-7);
        CheckRow<double>(length, 1e-14);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void The_sum_over_the_others_and_the_maximum_match_double(int length)
    {
        var x = Tensor.Randn<float>([length], new Seed(length)).ToArray();
        var exponentials = new float[length];
        var found = RowMax<float>.Of(x);
        var (max, position) = (x.Max(), Array.IndexOf(x, x.Max()));
        Assert.Equal((max, true), (found.Value, found.NoUnderflow));
        var (others, distances) = RowSums.ExpWithoutMax<float, SmoothingTerms<float>.Uniform>(
            x, new RowMax<float>(max, noUnderflow: false), exponentials, default);
        var expected = x.Where((_, i) => i != position).Sum(value => Math.Exp((double)value - max));
        Assert.Equal(expected, others, 1e-6 * expected);
        Assert.Equal(x.Sum(value => (double)max - value), distances, 1e-6 * distances);
        // the same bits for numbers that are near
        Assert.Equal((others, 0), RowSums.ExpWithoutMax<float, SmoothingTerms<float>.None>(x, found, default, default));
        float[] weight = [.. Enumerable.Range(1, length).Select(i => (float)i)];
        var (_, weighted) = RowSums.ExpWithoutMax<float, SmoothingTerms<float>.OfRow>(x, found, default, new(weight));
        Assert.Equal(x.Zip(weight, (value, w) => w * ((double)max - value)).Sum(), weighted, 1e-6 * weighted);
        for (var i = 0; i < length; i++) Assert.Equal(Math.Exp((double)x[i] - max), exponentials[i], 2e-7);
    }

    [Fact]
    public void Columns_of_every_count_match_rows()
    {
        foreach (var classes in new[] { 1, 2, 3, 17, 40 })
        foreach (var inner in new[] { 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 50 })
        {
            CheckColumns<float>(classes, inner, 3e-7);
            CheckColumns<double>(classes, inner, 1e-14);
        }
    }

    [Fact]
    public void The_largest_lane_wins_wherever_it_is()
    {
        for (var length = 1; length <= 70; length++)
        for (var at = 0; at < length; at++)
        {
            var x = new float[length];
            Array.Fill(x, -5);
            x[at] = -1;
            Assert.Equal(-1f, RowMax<float>.Of(x).Value);
            foreach (var bits in new[] { 0x7FC00000, 0x7FFFFFFF, 0x7F800001, -1, -4194303 }) // NaN of any payload
            {
                x[at] = BitConverter.Int32BitsToSingle(bits);
                Assert.True(double.IsNaN(RowSums.ExpWithoutMax<float, SmoothingTerms<float>.None>(x, RowMax<float>.Of(x), default, default).ExpSum));
                Assert.True(double.IsNaN(RowSums.ExpWithoutMax<float, SmoothingTerms<float>.None>(x, new(-5, noUnderflow: true), default, default).ExpSum));
            }
        }
    }

    [Fact]
    public void Only_the_first_of_equal_maxima_is_left_out()
    {
        Assert.Equal(2.0, RowSums.ExpWithoutMax<float, SmoothingTerms<float>.None>([7, 7, 7], RowMax<float>.Of([7, 7, 7]), default, default).ExpSum);
        using var tile = new ColumnTile<float>(3, 1, 2);
        tile.Load([7, 7, 7, 1, 1, 1], 0, 2);
        var (max, others) = (new double[16], new double[16]);
        ColumnMax.Of(ref tile.Span[0], 2, 3, tile.Pitch, max);
        Assert.Equal([7.0, 1.0], max[..2]);
        ColumnSums.ExpWithoutMax(ref tile.Span[0], 2, 3, tile.Pitch, max, false, true, others, default, default(SmoothingTerms<float>.None));
        Assert.Equal([2.0, 2.0], others[..2]);
    }

    [Fact]
    public void Rows_sum_to_one_and_logs_agree() => Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(Rows(), x =>
    {
        float[] p = new float[x.Length], log = new float[x.Length];
        Softmax.AlongAxis<float>(x, x.Length, 1, p, log: false);
        Softmax.AlongAxis<float>(x, x.Length, 1, log, log: true);
        return Math.Abs(p.Sum(value => (double)value) - 1) < 1e-6
            && p.Zip(log).All(pair => Math.Abs(pair.First - Math.Exp(pair.Second)) < 1e-5 * pair.First + 1e-30);
    }));

    [Fact]
    public void A_shift_of_the_whole_row_changes_nothing() => Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(Rows(), x =>
    {
        // Whole numbers and a power of two: the shift itself loses nothing.
        float[] whole = [.. x.Select(value => MathF.Round(value))], shifted = [.. whole.Select(value => value + 4096)];
        float[] p = new float[x.Length], q = new float[x.Length];
        Softmax.AlongAxis<float>(whole, whole.Length, 1, p, log: false);
        Softmax.AlongAxis<float>(shifted, shifted.Length, 1, q, log: false);
        return p.SequenceEqual(q);
    }));

    [Fact]
    public void What_the_distance_to_the_maximum_rounds_away_is_put_back()
    {
        float[] x = [3, -17.300001f, -17.300003f]; // far below 3 a step of the distance is larger than a step of the logits
        var expected = Math.Exp((double)x[1] - 3) + Math.Exp((double)x[2] - 3);
        Assert.Equal(expected, RowSums.ExpWithoutMax<float, SmoothingTerms<float>.None>(x, RowMax<float>.Of(x), default, default).ExpSum, 1e-7 * expected);
    }

    [Fact]
    public void A_confident_row_keeps_its_tiny_loss()
    {
        float[] log = new float[3];
        Softmax.AlongAxis<float>([0, -40, -41], 3, 1, log, log: true);
        Assert.Equal(-(Math.Exp(-40) + Math.Exp(-41)), log[0], 1e-24);
    }

    private static Arbitrary<float[]> Rows() =>
        Gen.Choose(1, 100).SelectMany(length => Gen.Choose(-30_000, 30_000).Select(value => value / 1000f).ArrayOf(length)).ToArbitrary();

    private static void CheckRow<T>(int length, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = (Tensor.Randn<T>([length], new Seed(length)) * T.CreateChecked(4)).ToArray();
        var expected = Reference([.. x.Select(double.CreateChecked)]);
        T[] p = new T[length], log = new T[length];
        Softmax.AlongAxis<T>(x, x.Length, 1, p, log: false);
        Softmax.AlongAxis<T>(x, x.Length, 1, log, log: true);
        for (var i = 0; i < length; i++)
        {
            Assert.Equal(expected[i], double.CreateChecked(p[i]), tolerance * 4 * expected[i]);
            Assert.Equal(Math.Log(expected[i]), double.CreateChecked(log[i]), tolerance * (1 + Math.Abs(Math.Log(expected[i]))));
        }
        Softmax.AlongAxis<T>(x, x.Length, 1, x, log: false);
        Assert.Equal(p, x);
    }

    private static void CheckColumns<T>(int classes, int inner, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = (Tensor.Randn<T>([classes, inner], new Seed(inner)) * T.CreateChecked(4)).ToArray();
        T[] p = new T[x.Length + 1], log = new T[x.Length + 1];
        Softmax.AlongAxis<T>(x, classes, inner, p, log: false);
        Softmax.AlongAxis<T>(x, classes, inner, log, log: true);
        for (var j = 0; j < inner; j++)
        {
            var expected = Reference([.. Enumerable.Range(0, classes).Select(c => double.CreateChecked(x[c * inner + j]))]);
            for (var c = 0; c < classes; c++)
            {
                Assert.Equal(expected[c], double.CreateChecked(p[c * inner + j]), tolerance * 4 * expected[c]);
                Assert.Equal(Math.Log(expected[c]), double.CreateChecked(log[c * inner + j]), tolerance * (1 + Math.Abs(Math.Log(expected[c]))));
            }
        }
        Assert.Equal([T.Zero, T.Zero], [p[^1], log[^1]]);
    }

    private static double[] Reference(double[] x)
    {
        var max = x.Max();
        var sum = x.Sum(value => Math.Exp(value - max));
        return [.. x.Select(value => Math.Exp(value - max) / sum)];
    }
}
