using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal.Tests.Autograd;

/// <summary>Creation: values, shapes, and whole messages for what cannot be made.</summary>
public sealed class TensorCreationTests
{
    [Fact]
    public void Arrays_of_every_rank_are_copied_in_row_major_order()
    {
        Check([3], Tensor.Create<float>([1, 2, 3]), 1, 2, 3);
        Check([2, 2], Tensor.Create<float>([1, 2, 3, 4], [2, 2]), 1, 2, 3, 4);
        Check([2, 2], Tensor.Create<float>([[1, 2], [3, 4]]), 1, 2, 3, 4);
        Check([2, 2], Tensor.Create(new float[,] { { 1, 2 }, { 3, 4 } }), 1, 2, 3, 4);
        Check([1, 2, 2], Tensor.Create(new float[,,] { { { 1, 2 }, { 3, 4 } } }), 1, 2, 3, 4);
        Check([1, 2, 1, 2], Tensor.Create(new float[,,,] { { { { 1, 2 } }, { { 3, 4 } } } }), 1, 2, 3, 4);
        Check([2, 0], Tensor.Create(new float[2, 0]));
        Check([0, 0], Tensor.Create<float>(ReadOnlySpan<float[]>.Empty));
        Check([], Tensor.Scalar(5f), 5);
        Check([], Tensor.Create<float>([5], []), 5);
        Check([2, 2], Tensor.Zeros<float>([2, 2]), 0, 0, 0, 0);
        Check([2], Tensor.Ones<float>([2]), 1, 1);
        Check([2], Tensor.Full([2], 7f), 7, 7);
        Check([0, 3], Tensor.Full([0, 3], 7f));
    }

    [Fact]
    public void The_copy_is_the_tensors_own()
    {
        float[] values = [1, 2];
        var x = Tensor.Create<float>(values);
        values[0] = 9;
        Assert.Equal([1f, 2f], x.ToArray());
    }

    [Fact]
    public void A_strided_span_is_flattened()
    {
        float[] memory = [1, 2, 3, 4, 5, 6];
        var part = new ReadOnlyTensorSpan<float>(memory, [2, 3]).Slice([0..2, 1..3]);
        Check([2, 2], Tensor.Create(part), 2, 3, 5, 6);
    }

    [Fact]
    public void Every_creation_can_require_a_gradient()
    {
        Tensor[] all = [Tensor.Create<float>([1], requiresGrad: true), Tensor.Create<float>([[1]], requiresGrad: true),
            Tensor.Create(new float[1, 1], requiresGrad: true), Tensor.Scalar(1f, requiresGrad: true),
            Tensor.Zeros<float>([1], requiresGrad: true), Tensor.Ones<float>([1], requiresGrad: true), Tensor.Full([1], 1f, requiresGrad: true),
            Tensor.Rand<float>([1], new Seed(0), requiresGrad: true), Tensor.Randn<float>([1], new Seed(0), requiresGrad: true),
            Tensor.Wrap<float>(new float[1], [1], requiresGrad: true)];
        Assert.All(all, x => Assert.True(x.RequiresGrad && x.IsLeaf && x.GradFn is null));
        Assert.False(Tensor.Ones<float>([1]).RequiresGrad);
    }

    [Fact]
    public void Arange_counts_up_to_but_without_the_end()
    {
        Assert.Equal([0L, 1, 2], Tensor.Arange(3L).ToArray());
        Assert.Equal([1f, 1.5f, 2f], Tensor.Arange(1f, 2.5f, 0.5f).ToArray());
        Assert.Equal([5, 3, 1], Tensor.Arange(5, 0, -2).ToArray());
        Assert.Equal([2, 5], Tensor.Arange(2, 8, 3).ToArray());
        Assert.Empty(Tensor.Arange(0).ToArray());
        Assert.Equal([0, 50, 100], Tensor.Arange<sbyte>(0, 120, 50).ToArray()); // the product of span and step is no sbyte
        Assert.Equal([0, 1_000_000_000, 2_000_000_000], Tensor.Arange(0, 2_100_000_000, 1_000_000_000).ToArray());
        Assert.Equal([-100, 20], Tensor.Arange<sbyte>(-100, 127, 120).ToArray());
        Assert.Equal("end is -3, below the start 0; a step of 1 does not lead there. (Parameter 'end')",
            Assert.Throws<ArgumentException>(() => Tensor.Arange(-3)).Message);
        Assert.Equal("step is 0, which does not lead from 0 to 3. (Parameter 'step')", Assert.Throws<ArgumentException>(() => Tensor.Arange(0, 3, 0)).Message);
        Assert.Equal("step is 1, which does not lead from 5 to 3. (Parameter 'step')",
            Assert.Throws<ArgumentException>(() => Tensor.Arange<byte>(5, 3, 1)).Message);
    }

    [Fact]
    public void Arange_reads_a_float_as_the_decimal_that_was_meant()
    {
        Assert.Equal([1f, 1.1f], Tensor.Arange(1f, 1.2f, 0.1f).ToArray()); // as in Python, whose numbers are doubles
        Assert.Equal([0f, 0.1f, 0.2f], Tensor.Arange(0f, 0.3f, 0.1f).ToArray());
        Assert.Equal(10, Tensor.Arange(0f, 1e-3f, 1e-4f).Length);
        Assert.Equal(3, Tensor.Arange((Half)0, (Half)0.3, (Half)0.1).Length);
        Assert.Equal(3, Tensor.Arange((BFloat16)0f, (BFloat16)0.3f, (BFloat16)0.1f).Length);
        var random = new RandomStream(5);
        for (var i = 0; i < 300; i++)
        {
            var (unit, by, count) = (Math.Pow(10, random.Below(5)), (int)random.Below(999) - 499, (int)random.Below(100));
            if (by == 0) continue;
            var from = (int)random.Below(2_001) - 1_000;
            var (start, end, step) = (from / unit, (from + count * by + (count > 0 ? by / 2 : 0)) / unit, by / unit); // at most six digits, which a float keeps
            var (narrow, wide) = (Tensor.Arange((float)start, (float)end, (float)step), Tensor.Arange(start, end, step));
            Assert.True(narrow.ToArray().SequenceEqual(wide.ToArray().Select(static value => (float)value)), $"from {start} to {end} by {step}");
        }
    }

    [Fact]
    public void Arange_counts_whole_numbers_exactly()
    {
        Assert.Equal(101, Tensor.Arange(0, 10_000_000_000_000_001, 100_000_000_000_000).Length);
        Assert.Equal(100, Tensor.Arange(0, 10_000_000_000_000_000, 100_000_000_000_000).Length);
        Assert.Equal([long.MinValue, -1L, long.MaxValue - 1], Tensor.Arange(long.MinValue, long.MaxValue, long.MaxValue).ToArray());
        Assert.Equal([ulong.MaxValue - 2, ulong.MaxValue - 1], Tensor.Arange(ulong.MaxValue - 2, ulong.MaxValue, 1UL).ToArray());
        Assert.Equal(Enumerable.Range(-128, 255).Select(static i => (sbyte)i), Tensor.Arange<sbyte>(-128, 127, 1).ToArray());
        Assert.Equal([127, -1], Tensor.Arange<sbyte>(127, -128, -128).ToArray());
        Assert.Empty(Tensor.Arange(5, 5, -4).ToArray());
        Assert.Equal("step is 3, which does not lead from 5 to 4. (Parameter 'step')", Assert.Throws<ArgumentException>(() => Tensor.Arange(5, 4, 3)).Message);
        Assert.Equal("step is -3, which does not lead from 4 to 5. (Parameter 'step')",
            Assert.Throws<ArgumentException>(() => Tensor.Arange(4, 5, -3)).Message);
        Assert.Equal("step is NaN, which does not lead from 0 to 1. (Parameter 'step')",
            Assert.Throws<ArgumentException>(() => Tensor.Arange(0, 1, float.NaN)).Message);
        Assert.Equal("from 0 to Infinity there is no last number; both must be finite. (Parameter 'end')",
            Assert.Throws<ArgumentException>(() => Tensor.Arange(float.PositiveInfinity)).Message);
    }

    [Fact]
    public void What_cannot_be_made_says_why()
    {
        Says("values holds 3 elements, but shape [2, 2] needs 4. (Parameter 'values')", () => Tensor.Create<float>([1, 2, 3], [2, 2]));
        Says("rows[1] has 1 elements, but rows[0] has 2; all rows need the same length. (Parameter 'rows')", () => Tensor.Create<float>([[1, 2], [3]]));
        Says("memory holds 3 elements, but shape [2] needs 2. (Parameter 'memory')", () => Tensor.Wrap<float>(new float[3], [2]));
        Says("shape [2, -1] has a negative dimension -1; every dimension is 0 or more. (Parameter 'shape')", () => Tensor.Zeros<float>([2, -1]));
        Says($"shape [65536, 65536] has more than {Array.MaxLength} elements, the most that a tensor holds. (Parameter 'shape')",
            () => Tensor.Zeros<float>([65536, 65536]));
        Check([65536, 65536, 0], Tensor.Zeros<float>([65536, 0, 65536]).Reshape(65536, 65536, 0));
    }

    [Fact]
    public void Item_needs_exactly_one_element()
    {
        Assert.Equal(3f, Tensor.Full([1, 1], 3f).Item());
        Assert.Equal("Item() needs exactly one element, but the shape [2] has 2.",
            Assert.Throws<InvalidOperationException>(() => Tensor.Ones<float>([2]).Item()).Message);
        Assert.Equal("Item() needs exactly one element, but the shape [0] has 0.",
            Assert.Throws<InvalidOperationException>(() => Tensor.Ones<float>([0]).Item()).Message);
    }

    private static void Says(string message, Action make) => Assert.Equal(message, Assert.Throws<ArgumentException>(make).Message);

    private static void Check(int[] shape, Tensor<float> x, params float[] values)
    {
        Assert.Equal(shape, x.Shape.ToArray());
        Assert.Equal(shape.Length, x.Rank);
        Assert.Equal(values.Length, x.Length);
        Assert.Equal(values, x.ToArray());
    }

    [Fact]
    public void Like_another_in_shape_and_type_but_not_in_wanting_a_gradient()
    {
        var x = Tensor.Create<float>([[1, 2], [3, 4]], requiresGrad: true);
        Assert.Equal([0f, 0, 0, 0], Tensor.ZerosLike(x).ToArray());
        Assert.Equal([1f, 1, 1, 1], Tensor.OnesLike(x).ToArray());
        Assert.Equal([2, 2], Tensor.OnesLike(x).Shape);
        Assert.False(Tensor.ZerosLike(x).RequiresGrad);
        Assert.True(Tensor.OnesLike(x, requiresGrad: true).RequiresGrad);
        Assert.Equal(1, Tensor.OnesLike(Tensor.Scalar<byte>(7)).Item());
    }

    [Fact]
    public void Linspace_has_exact_ends_and_a_middle_of_zero()
    {
        foreach (var steps in new[] { 3, 11, 99, 101, 1001 })
        foreach (var bound in new[] { 0.5f, 1, 0.1f, 3e38f, 1e-45f })
        {
            var x = Tensor.Linspace(-bound, bound, steps);
            Assert.Equal((-bound, 0, bound), (x.Span[0], x.Span[steps / 2], x.Span[^1]));
            for (var i = 0; i < steps; i++) Assert.Equal(-x.Span[i], x.Span[steps - 1 - i]);
        }
        foreach (var bound in new[] { 0.1, 1.0 / 3, 0.7, Math.PI })
            for (var steps = 3; steps < 1000; steps += 2)
                Assert.Equal(0, Tensor.Linspace(-bound, bound, steps).Span[steps / 2]);
        Assert.Equal(Enumerable.Range(0, 101).Select(static i => (double)i), Tensor.Linspace(0.0, 100, 101).ToArray());
        Assert.Equal([double.MinValue, 0, double.MaxValue], Tensor.Linspace(double.MinValue, double.MaxValue, 3).ToArray());
        Assert.Equal(double.MaxValue / 2, Tensor.Linspace(double.MinValue, double.MaxValue, 5).Span[3]);
        Assert.Equal([3f], Tensor.Linspace(3f, 5, 1).ToArray());
        Assert.Equal([0], Tensor.Linspace(3f, 5, 0).Shape);
        Assert.Equal([(Half)2, (Half)1.5, (Half)1], Tensor.Linspace((Half)2, (Half)1, 3).ToArray());
    }

    [Fact]
    public void The_identity_and_a_range_with_a_start()
    {
        Assert.Equal([1L, 0, 0, 0, 1, 0], Tensor.Eye<long>(2, 3).ToArray());
        Assert.Equal([0, 0], Tensor.Eye<float>(0).Shape);
        Assert.Equal([3, 1], Tensor.Eye<double>(3, 1).Shape);
        Assert.True(Tensor.Eye<float>(2, requiresGrad: true).RequiresGrad);
        Assert.Equal([2, 3, 4], Tensor.Arange(2, 5).ToArray());
        Assert.Equal([-0.5f, 0.5f], Tensor.Arange(-0.5f, 1.5f).ToArray());
        Assert.Equal([0], Tensor.Arange(5, 5).Shape);
    }
}
