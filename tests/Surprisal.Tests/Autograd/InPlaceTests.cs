namespace Surprisal.Tests.Autograd;

/// <summary>Writes to existing memory: what they compute, which the tape refuses, and which are as legal as in PyTorch.</summary>
public sealed class InPlaceTests
{
    private static readonly Dictionary<string, Action<Tensor<float>>> Writes = new(StringComparer.Ordinal)
    {
        ["+="] = x => x += Tensor.Ones<float>([2]),
        ["-="] = x => x -= Tensor.Ones<float>([1]),
        ["*="] = x => x *= Tensor.Scalar(2f),
        ["Fill"] = x => x.Fill(1),
        ["CopyFrom"] = x => x.CopyFrom(Tensor.Zeros<float>([2])),
        ["AsTensorSpan()"] = x => x.AsTensorSpan()[0] = 1,
    };

    private static readonly Dictionary<string, (string Saver, Func<Tensor<float>, Tensor<float>> Of)> SavesItsInput = new(StringComparer.Ordinal)
    {
        ["multiply"] = ("MulBackward0", x => x * x),
        ["divide"] = ("DivBackward0", x => Leaf() / x),
        ["log"] = ("LogBackward0", x => x.Log()),
        ["pow"] = ("PowBackward0", x => x.Pow(3)),
        ["max"] = ("MaxBackward1", x => x.Max()),
        ["matmul"] = ("MmBackward0", x => Leaf().Unsqueeze(1).MatMul(x.Unsqueeze(0))),
    };

    public static TheoryData<string> WriteNames() => [.. Writes.Keys];

    public static TheoryData<string> SaverNames() => [.. SavesItsInput.Keys];

    [Fact]
    public void Operators_write_to_the_memory_itself_and_broadcast_the_other_side()
    {
        var x = Tensor.Create<float>([[1, 2], [3, 4]]);
        var same = x;
        x += Tensor.Create<float>([10, 20]);
        Assert.Same(same, x);
        Assert.Equal([11f, 22, 13, 24], x.ToArray());
        x -= Tensor.Create<float>([[1], [2]]);
        Assert.Equal([10f, 21, 11, 22], x.ToArray());
        x *= Tensor.Create<float>([[2, 2], [0, 1]]);
        Assert.Equal([20f, 42, 0, 22], x.ToArray());
        x *= x;
        Assert.Equal([400f, 1764, 0, 484], x.ToArray());
    }

    [Fact]
    public void Numbers_update_in_place_too()
    {
        var x = Tensor.Create<float>([1, 2]);
        var same = x;
        x += 3f;
        x *= 2f;
        x -= 1f;
        x /= 7f;
        x /= Tensor.Create<float>([1, 9f / 7]);
        Assert.Same(same, x);
        Assert.Equal([1, 1], x.ToArray());
    }

    [Fact]
    public void An_overlapping_other_side_is_read_before_it_is_overwritten()
    {
        var x = Tensor.Arange<float>(40);
        var (upper, lower) = (x[1..], x[..^1]);
        upper += lower;
        Assert.Equal([0, .. Enumerable.Range(1, 39).Select(static i => 2f * i - 1)], x.ToArray());
        x += x;
        Assert.Equal(2, x[1].Item());
    }

    [Fact]
    public void A_gradient_of_another_shape_is_refused()
    {
        var x = Tensor.Zeros<float>([2]);
        Assert.StartsWith("assigned grad has data of a different size: its shape is [3], the tensor's [2].",
            Assert.Throws<ArgumentException>(() => x.Grad = Tensor.Zeros<float>([3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_side_must_broadcast_to_this_shape()
    {
        var x = Tensor.Ones<float>([2]);
        var failure = Assert.Throws<ArgumentException>(() => x += Tensor.Ones<float>([3, 2]));
        Assert.Equal("output with shape [2] doesn't match the broadcast shape [3, 2] (Parameter 'other')", failure.Message);
        failure = Assert.Throws<ArgumentException>(() => x.CopyFrom(Tensor.Ones<float>([3])));
        Assert.Equal("source has shape [3], but this tensor has [2]. (Parameter 'source')", failure.Message);
        Assert.Equal([1f, 1f], x.ToArray());
    }

    [Fact]
    public void A_source_is_not_repeated_to_fit()
    {
        var x = Tensor.Ones<float>([2]);
        Assert.Throws<ArgumentException>(() => x.CopyFrom(Tensor.Scalar(3f)));
        Assert.Equal([1f, 1f], x.ToArray());
    }

    [Theory]
    [MemberData(nameof(WriteNames))]
    public void A_leaf_that_requires_grad_is_written_only_without_recording(string name)
    {
        var x = Tensor.Create<float>([3, 4], requiresGrad: true);
        var failure = Assert.Throws<InvalidOperationException>(() => Writes[name](x));
        Assert.Equal($"a leaf Variable that requires grad is being used in an in-place operation: {name} would change values that the tape relies on; " +
            "wrap it in Tensor.NoGrad(), or write to a Clone.", failure.Message);
        Assert.Equal([3f, 4f], x.ToArray());
        using (Tensor.NoGrad()) Writes[name](x);
        Assert.NotEqual([3f, 4f], x.ToArray());
        Assert.True(x.RequiresGrad);
        Assert.True(x.IsLeaf);
    }

    [Theory, InlineData("Fill"), InlineData("AsTensorSpan()")]
    public void What_the_tape_cannot_follow_is_refused_on_a_result(string name)
    {
        var y = Leaf() * 2f;
        var failure = Assert.Throws<InvalidOperationException>(() => Writes[name](y));
        Assert.Equal($"the result of <MulBackward0> is being used in an in-place operation: {name} would change values that the tape relies on; " +
            "wrap it in Tensor.NoGrad(), or write to a Clone.", failure.Message);
    }

    [Theory]
    [MemberData(nameof(WriteNames))]
    public void Backward_refuses_when_a_saved_value_was_overwritten(string name)
    {
        var factor = Tensor.Create<float>([3, 4]);
        var x = Leaf();
        var y = (x * factor).Sum();
        Writes[name](factor);
        var failure = Assert.Throws<InvalidOperationException>(() => y.Backward());
        Assert.Equal("one of the variables needed for gradient computation has been modified by an inplace operation: " +
            "MulBackward0 saved a float32 tensor of shape [2] at version 0, and it is at version 1 now; write to it after Backward, or to a Clone of it.",
            failure.Message);
        Assert.Null(x.Grad);
    }

    [Theory]
    [MemberData(nameof(SaverNames))]
    public void Operations_that_save_an_input_notice_a_write_to_it(string name)
    {
        var x = Leaf();
        var (saver, of) = SavesItsInput[name];
        var y = of(x).Sum();
        using (Tensor.NoGrad()) x.Fill(1);
        Assert.Contains($"{saver} saved a float32 tensor", Assert.Throws<InvalidOperationException>(() => y.Backward()).Message);
    }

    [Fact]
    public void Operations_that_save_their_result_notice_a_write_to_it()
    {
        foreach (var y in new[] { Leaf().Exp(), Leaf().Sqrt(), Leaf().Relu(), Leaf().Sigmoid(), Leaf().Tanh(), Leaf().Softmax(0), Leaf().LogSoftmax(0) })
        {
            using (Tensor.NoGrad()) y.Fill(1);
            Assert.Contains($"{y.GradFn!.Name} saved a float32 tensor of shape [2] at version ",
                Assert.Throws<InvalidOperationException>(() => y.Sum().Backward()).Message);
        }
    }

    [Fact]
    public void Indices_are_saved_values_too()
    {
        var indices = Tensor.Create<long>([1, 0]);
        var y = Leaf().Gather(0, indices).Sum();
        indices.Fill(0);
        Assert.Contains("GatherBackward0 saved a int64 tensor", Assert.Throws<InvalidOperationException>(() => y.Backward()).Message);

        var (values, where) = Leaf().Max(0);
        where.Fill(0);
        Assert.Contains("MaxBackward0 saved a int64 tensor", Assert.Throws<InvalidOperationException>(() => values.Backward()).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_write_through_a_view_counts_for_all_of_its_memory(int way)
    {
        var factor = Tensor.Create<float>([3, 4]);
        var y = (Leaf() * factor).Sum();
        (way switch { 0 => factor.Reshape(2, 1), 1 => factor[1..], _ => factor.Detach() }).Fill(1);
        Assert.Throws<InvalidOperationException>(() => y.Backward());
    }

    [Fact]
    public void Writing_where_nothing_was_saved_is_as_legal_as_in_PyTorch()
    {
        var (x, other) = (Leaf(), Tensor.Create<float>([3, 4]));
        var y = ((x + other) - other).Sum() + other.Sum();
        other.Fill(9);
        y.Backward();
        Assert.Equal([1f, 1f], x.Grad!.ToArray());
    }

    [Fact]
    public void Writing_to_the_side_that_no_gradient_needs_is_as_legal_as_in_PyTorch()
    {
        var x = Leaf();
        var products = new[] { x * 3f, x / 3f, x.Unsqueeze(0).MatMul(Tensor.Full<float>([2, 1], 3)) };
        using (Tensor.NoGrad()) x.Fill(1); // each gradient is a function of the constant side only
        foreach (var y in products)
        {
            x.ZeroGrad();
            y.Sum().Backward();
            Assert.Equal(y.GradFn!.Name == "DivBackward0" ? [1 / 3f, 1 / 3f] : [3f, 3f], x.Grad!.ToArray());
        }
    }

    [Fact]
    public void A_step_between_two_passes_is_fine_when_the_forward_pass_is_repeated()
    {
        var w = Tensor.Create<float>([1, 2], requiresGrad: true);
        for (var step = 0; step < 3; step++)
        {
            w.ZeroGrad();
            (w * w).Sum().Backward();
            using (Tensor.NoGrad()) w -= 0.25f * w.Grad!;
        }
        Assert.Equal([0.125f, 0.25f], w.ToArray());
    }

    private static Tensor<float> Leaf() => Tensor.Create<float>([1, 2], requiresGrad: true);
}
