using System.Numerics.Tensors;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>Softmax and its logarithm by the shipped text against the library, bit for bit.</summary>
public sealed class SoftmaxBitsTests(ITestOutputHelper output)
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 130, 5, 1 }, { 3, 16, 1 }, { 2, 128, 1 }, { 17, 129, 1 }, { 2, 257, 1 }, { 2, 7, 65 }, { 1, 150, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_type_has_the_librarys_bits(int outer, int axis, int inner)
    {
        Check<float>(outer, axis, inner, 0);
        Check<double>(outer, axis, inner, 1);
        Check<Half>(outer, axis, inner, 2);
        Check<BFloat16>(outer, axis, inner, 3);
    }

    /// <summary>A row in the streamed layout, and one that is not finite.</summary>
    [Fact]
    public void Rows_that_do_not_fit_have_the_same_bits() => Check<float>(2, 300, 1, 5, maxShared: 1024);

    /// <summary>Rows in one block, and in two, that begin anywhere; on a card without clusters they are streamed.</summary>
    [Fact]
    public void Rows_in_clusters_have_the_same_bits()
    {
        Check<float>(3, 5001, 1, 6);
        Check<Half>(1, 16_391, 1, 7);
        Check<BFloat16>(2, 16_392, 1, 8);
        Check<float>(1, 5001, 1, 9, mostBlocks: 0);
    }

    [Fact]
    public void A_dimension_that_is_not_there_is_refused()
    {
        using var x = CudaTensor<float>.New(new PtxDevice(), new[] { 2, 3 }, new float[6]);
        Assert.Contains("expected to be in range of [-2, 1], but got 2", Assert.Throws<ArgumentOutOfRangeException>(() => x.Softmax(2)).Message,
            StringComparison.Ordinal);
        Assert.Equal(new[] { 2, 3 }, x.LogSoftmax(-2, x).Shape.ToLongs().Select(static size => (int)size));
    }

    private void Check<T>(int outer, int axis, int inner, int salt, int maxShared = 227 * 1024, int mostBlocks = 16)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"{typeof(T).Name} seed {seed}");
        var random = new Random(seed);
        var values = new T[outer * axis * inner];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.Next(30) == 0 ? T.NegativeInfinity : T.CreateTruncating(random.NextDouble() * 40 - 20);
        if (outer > 1) values[axis / 2] = T.PositiveInfinity;
        if (outer > 2) values[^1] = T.NaN;
        var expected = new T[values.Length];
        nint[] shape = inner == 1 ? [outer, axis] : [outer, axis, inner];
        foreach (var isLog in (bool[])[false, true])
        {
            if (isLog) SpanFunctions.LogSoftmax(new ReadOnlyTensorSpan<T>(values, shape), 1, new TensorSpan<T>(expected, shape));
            else SpanFunctions.Softmax(new ReadOnlyTensorSpan<T>(values, shape), 1, new TensorSpan<T>(expected, shape));
            var device = new PtxDevice { MaxSharedBytes = maxShared, MostBlocks = mostBlocks };
            using var x = CudaTensor<T>.New(device, shape, values);
            using var y = isLog ? x.LogSoftmax(1) : x.Softmax(1, x);
            AssertBits.Equal<T>(expected, y.Cpu().ToArray(), $"{(isLog ? "log-softmax" : "softmax")} of {typeof(T).Name} [{outer}, {axis}, {inner}]");
            Assert.Equal(axis > 5000 && mostBlocks > 0, device.Launches[0].StartsWith("rows_clustered", StringComparison.Ordinal));
        }
    }
}
