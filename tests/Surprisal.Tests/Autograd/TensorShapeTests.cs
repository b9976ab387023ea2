using System.Collections.Immutable;

namespace Surprisal.Tests.Autograd;

/// <summary>A shape is a value: compared, printed, taken apart, made from whatever others give sizes in.</summary>
public sealed class TensorShapeTests
{
    [Fact]
    public void It_is_compared_by_its_sizes()
    {
        TensorShape shape = [3, 2];
        Assert.True(Tensor.Zeros<float>(3, 2).Shape == shape);
        Assert.True(Tensor.Zeros<float>([3, 2]).Shape == Tensor.Ones<long>(3, 2).Shape);
        TensorShape other = [3, 2], none = [];
        Assert.True(shape != [2, 3] && shape != [3] && shape == [3, 2] && shape.Equals((object)other) && !shape.Equals((object?)null));
        Assert.Equal(other.GetHashCode(), shape.GetHashCode());
        Assert.True(default == none && Tensor.Scalar(1f).Shape == []);
    }

    [Fact]
    public void It_prints_as_PyTorch_prints_a_size()
    {
        Assert.Equal("[3, 2] [] [0]", $"{Tensor.Zeros<float>(3, 2).Shape} {Tensor.Scalar(1).Shape} {Tensor.Zeros<float>(0).Shape}");
        Assert.Equal("[]", default(TensorShape).ToString());
    }

    [Fact]
    public void It_is_taken_apart()
    {
        var (n, c) = Tensor.Zeros<float>(3, 2).Shape;
        var (a, b, d, e) = Tensor.Zeros<float>(4, 3, 2, 1).Shape;
        Assert.Equal((3, 2, 4, 3, 2, 1), (n, c, a, b, d, e));
        Assert.True(Tensor.Zeros<float>(3, 2).Shape is [3, var last] && last == 2);
        Assert.Equal("the shape [3] has 1 dimension and cannot be taken apart into 2 sizes.",
            Assert.Throws<InvalidOperationException>(() =>
            {
                var (_, _) = Tensor.Zeros<float>(3).Shape;
            }).Message);
        TensorShape shape = [5, 6, 7];
        Assert.Equal((5, 7, 3, 3, 210), (shape[0], shape[^1], shape.Rank, shape.Count, shape.ElementCount));
        Assert.True(shape[1..] == [6, 7] && shape[..^1] == [5, 6] && shape[3..] == []);
        Assert.Equal([1, 5, 6, 7], [1, .. shape]);
        Assert.Equal(18, shape.Sum());
        Assert.Throws<ArgumentOutOfRangeException>(() => shape[3]);
    }

    [Fact]
    public async Task It_lives_in_lambdas_and_over_await()
    {
        var shape = Tensor.Zeros<float>(3, 2).Shape;
        await Task.Yield();
        Assert.Equal("[3, 2]", ((Func<string>)(() => $"{shape}"))());
        var sum = 0;
        foreach (var size in shape) sum += size;
        Assert.Equal(5, sum);
    }

    [Fact]
    public void It_is_made_from_what_others_have()
    {
        TensorShape[] made = [new long[] { 3, 2 }, new nint[] { 3, 2 }, new[] { 3, 2 }, (ReadOnlySpan<long>)[3, 2], (ReadOnlySpan<nint>)[3, 2],
            (ReadOnlySpan<int>)[3, 2], TensorShape.Create([3, 2])];
        Assert.All(made, static shape => Assert.True(shape == [3, 2]));
        Assert.Equal([3L, 2], made[0].ToLongs());
        Assert.Equal([(nint)3, 2], made[0].ToLengths());
        var sizes = new[] { 3, 2 };
        TensorShape copy = sizes;
        sizes[0] = 9;
        Assert.Equal("[3, 2]", $"{copy}");
    }

    [Fact]
    public void Sizes_that_no_tensor_has_are_refused()
    {
        Assert.Equal("shape [2, -1] has a negative dimension -1; every dimension is 0 or more. (Parameter 'shape')",
            Assert.Throws<ArgumentException>(() => Tensor.Zeros<float>(2, -1)).Message);
        Assert.Equal("shape [3000000000] has a dimension of 3000000000; a tensor holds at most 2147483591 elements. (Parameter 'shape')",
            Assert.Throws<ArgumentException>(() => (TensorShape)new[] { 3_000_000_000L }).Message);
        Assert.Equal("shape [65536, 65536] has more than 2147483591 elements, the most that a tensor holds. (Parameter 'shape')",
            Assert.Throws<ArgumentException>(() => Tensor.Zeros<float>(65536, 65536)).Message);
    }

    [Fact]
    public void Tensors_are_made_of_what_others_hold_numbers_in()
    {
        float[] numbers = [1, 2];
        Tensor<float>[] made = [Tensor.Create(numbers), Tensor.Create(new List<float>(numbers)), Tensor.Create(ImmutableArray.Create(1f, 2)),
            Tensor.Create(numbers.AsMemory()), Tensor.Create((ReadOnlyMemory<float>)numbers), Tensor.Create(numbers.Where(static x => x > 0)),
            Tensor.Create(System.Numerics.Tensors.Tensor.Create<float>([1f, 2])), Tensor.Create(new System.Numerics.Tensors.TensorSpan<float>(numbers)),
            Tensor.Create(numbers, new long[] { 2 })];
        Assert.All(made, static x => Assert.Equal([1f, 2], x.ToArray()));
        Assert.All(made, static x => Assert.True(x.Shape == [2]));
        Assert.True(Tensor.Create<float>([]).Shape == [0]);
        Assert.True(Tensor.Create<float>(new float[1, 1, 1, 1, 2]).Shape == [1, 1, 1, 1, 2]);
        Assert.Equal("values is a Int32[]; an array of Single is needed. (Parameter 'values')",
            Assert.Throws<ArgumentException>(() => Tensor.Create<float>((Array)new[] { 1 })).Message);
    }

    [Fact]
    public void One_element_is_found_by_its_indices()
    {
        var x = Tensor.Create<float>([[1, 2], [3, 4]], requiresGrad: true);
        x[1, 0].Backward();
        Assert.Equal([0f, 0, 1, 0], x.Grad!.ToArray());
        Assert.Equal(7, Tensor.Arange(8).Reshape(2, 2, 2)[1, ^1, 1].Item());
        Assert.Throws<ArgumentOutOfRangeException>(() => x[0, 2]);
        var y = Tensor.Zeros<float>(2);
        y.AsSpan()[1] = 3;
        y.AsMemory().Span[0] = 2;
        Assert.Equal([2f, 3], y.ToArray());
        Assert.Throws<InvalidOperationException>(() => x.AsMemory());
    }
}
