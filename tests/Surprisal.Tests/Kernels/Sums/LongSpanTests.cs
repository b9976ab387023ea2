using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>
/// Spans long enough for several threads: elementwise, sums, columns and optimizer steps give what short pieces give, on any number of threads.
/// </summary>
[Collection(Serial.Name)]
public sealed class LongSpanTests
{
    private const int Length = 300_017;

    private static readonly float[] X = Tensor.Randn<float>([Length], new Seed(1)).ToArray(), Y = Tensor.Randn<float>([Length], new Seed(2)).ToArray();

    public static TheoryData<int> Threads => [1, 2, 3, 8];

    [Theory, MemberData(nameof(Threads))]
    public void ElementwiseIsWhatEachElementGives(int threads)
    {
        var (sum, relu) = Serial.On(threads, () =>
        {
            var (z, r) = (new float[Length], new float[Length]);
            Elementwise.Map(X, Y, z, default(Formulas<float>.Add));
            Elementwise.Map(X, r, default(Formulas<float>.Relu));
            return (z, r);
        });
        for (var i = 0; i < Length; i++)
        {
            Assert.Equal(X[i] + Y[i], sum[i]);
            Assert.Equal(Math.Max(X[i], 0), relu[i]);
        }
    }

    [Theory, MemberData(nameof(Threads))]
    public void SumsAreExactToDoubleAndTheSameOnAnyThreads(int threads)
    {
        decimal exact = 0;
        foreach (var x in X) exact += (decimal)(double)x;
        Assert.Equal((double)exact, Serial.On(threads, () => Reductions.Sum<float>(X)), 1e-9);
        Assert.Equal(Serial.On(1, () => Reductions.Sum<float>(X)), Serial.On(threads, () => Reductions.Sum<float>(X)));
    }

    [Theory]
    [InlineData(700, 401)]
    [InlineData(5, 33)]
    [InlineData(3, 16)]
    [InlineData(0, 7)]
    [InlineData(40_000, 7)]
    public void ColumnsAddTheirRows(int rows, int columns)
    {
        Columns<float>(rows, columns);
        Columns<double>(rows, columns);
    }

    [Theory, MemberData(nameof(Threads))]
    public void OptimizersMoveEachParameterAsAlone(int threads)
    {
        var step = AdamStep.At(3, 0.01, 0.9, 0.999, 1e-8, 0.01, decoupled: true);
        var (p, v, q, first, second) = Serial.On(threads, () => Steps(Length, step));
        var pieces = new[] { 0, 1000, 16_384, 16_385, 32_768, Length - 1000 };
        foreach (var start in pieces)
        {
            var (p1, v1, q1, first1, second1) = Steps(1000, step, start);
            Assert.Equal(p1, p.AsSpan(start, 1000));
            Assert.Equal(v1, v.AsSpan(start, 1000));
            Assert.Equal(q1, q.AsSpan(start, 1000));
            Assert.Equal(first1, first.AsSpan(start, 1000));
            Assert.Equal(second1, second.AsSpan(start, 1000));
        }
    }

    private static (float[] P, float[] V, float[] Q, float[] First, float[] Second) Steps(int length, AdamStep step, int start = 0)
    {
        var (p, v, q, first, second) = (X.AsSpan(start, length).ToArray(), Y.AsSpan(start, length).ToArray(), X.AsSpan(start, length).ToArray(),
            Y.AsSpan(start, length).ToArray(), X.AsSpan(start, length).ToArray());
        for (var i = 0; i < length; i++) second[i] = Math.Abs(second[i]);
        Sgd.Step(p, Y.AsSpan(start, length), v, 0.1f, 0.9f, 0.01f, nesterov: true);
        Adam.Step(q, Y.AsSpan(start, length), first, second, step);
        return (p, v, q, first, second);
    }

    private static void Columns<T>(int rows, int columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = Tensor.Randn<T>([rows * columns], new Seed(4)).ToArray();
        var (expected, total) = (new double[columns], new double[columns]);
        Array.Fill(total, 9);
        for (var i = 0; i < x.Length; i++) expected[i % columns] += double.CreateChecked(x[i]);
        Reductions.SumOverRows<T>(x, total);
        Assert.Equal(expected, total);
    }
}
