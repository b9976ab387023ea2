namespace Surprisal.Tests.Autograd;

/// <summary>What Backward does with the graph: sums over paths, repeated calls, kept gradients, names, and what it refuses.</summary>
public sealed class TapeTests
{
    [Fact]
    public void Repeated_Backward_over_a_retained_graph_adds_the_same_gradients_once_more()
    {
        var x = Tensor.Create<float>([2, 3], requiresGrad: true);
        var y = (x * x).Sum();
        y.Backward(retainGraph: true);
        Assert.Equal([4f, 6f], x.Grad!.ToArray());
        y.Backward(retainGraph: true);
        Assert.Equal([8f, 12f], x.Grad!.ToArray());
        x.ZeroGrad();
        Assert.Null(x.Grad);
        y.Backward();
        Assert.Equal([4f, 6f], x.Grad!.ToArray());
    }

    [Fact]
    public void Two_results_over_one_retained_graph_add_up()
    {
        var x = Tensor.Scalar(3.0, requiresGrad: true);
        var shared = x * x;
        (shared * 2.0).Backward(retainGraph: true);
        (shared * shared).Backward();
        Assert.Equal(2 * 2 * 3 + 4 * 27, x.Grad!.Item());
    }

    [Fact]
    public void Paths_of_a_diamond_are_summed()
    {
        var x = Tensor.Scalar(3.0, requiresGrad: true);
        var top = x * x;
        var left = top * 5.0;
        var right = top * top;
        (left + right).Backward();
        Assert.Equal(5 * 6 + 4 * 27, x.Grad!.Item());
    }

    [Fact]
    public void A_ladder_of_diamonds_costs_one_visit_an_operation()
    {
        var x = Tensor.Scalar(1.0, requiresGrad: true);
        var y = x;
        for (var i = 0; i < 60; i++) y = y + y; // 2^60 paths
        y.Backward();
        Assert.Equal(Math.Pow(2, 60), x.Grad!.Item());
    }

    [Fact]
    public void A_leaf_used_twice_gets_both_gradients()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        (x * 3f + x.Exp() * 0f).Sum().Backward();
        Assert.Equal([3f, 3f], x.Grad!.ToArray());
    }

    [Fact]
    public void A_plus_a_has_gradient_two()
    {
        var a = Tensor.Create<float>([1, 2], requiresGrad: true);
        (a + a).Backward(Tensor.Ones<float>([2]));
        Assert.Equal([2f, 2f], a.Grad!.ToArray());
        Assert.Equal("<AccumulateGrad> <AccumulateGrad>", string.Join(' ', (a + a).GradFn!.NextFunctions));
    }

    [Fact]
    public void Gradients_of_different_leaves_never_share_memory()
    {
        var (a, c) = (Tensor.Create<float>([1, 2], requiresGrad: true), Tensor.Create<float>([3, 4], requiresGrad: true));
        var upstream = Tensor.Create<float>([5, 6]);
        (a + c).Backward(upstream);
        a.Grad!.Fill(0);
        Assert.Equal([5f, 6f], c.Grad!.ToArray());
        c.Grad.Fill(1);
        Assert.Equal([0f, 0f], a.Grad.ToArray());
        Assert.Equal([5f, 6f], upstream.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_gradient_that_passes_unchanged_is_copied_before_it_is_kept(int way)
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var upstream = Tensor.Create<float>([5, 6]);
        var y = way switch { 0 => x, 1 => x.Clone(), _ => x.Reshape(1, 2).Reshape(2) };
        y.Backward(upstream);
        upstream.Fill(0);
        Assert.Equal([5f, 6f], x.Grad!.ToArray());
    }

    [Fact]
    public void An_empty_gradient_that_is_passed_on_is_still_there()
    {
        Tensor<float> a = Tensor.Zeros<float>([1, 0], requiresGrad: true), b = Tensor.Zeros<float>([0], requiresGrad: true);
        (a + 0f + b).Sum().Backward();
        Assert.Equal([1, 0], a.Grad!.Shape);
        Assert.Empty(a.Grad!.ToArray()); // reading says whether the memory is still its own
        Assert.Empty(b.Grad!.ToArray());
    }

    [Fact]
    public void A_kept_gradient_in_the_middle_has_memory_of_its_own()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var y = x * 2f;
        y.RetainGrad();
        y.Clone().Backward(Tensor.Create<float>([5, 6]));
        Assert.Equal([5f, 6f], y.Grad!.ToArray());
        y.Grad.Fill(0);
        Assert.Equal([10f, 12f], x.Grad!.ToArray());
    }

    [Fact]
    public void Only_leaves_keep_gradients_unless_asked()
    {
        var x = Tensor.Scalar(2.0, requiresGrad: true);
        var y = x * x;
        (y * 3.0).Backward();
        Assert.Null(y.Grad);
        Assert.Equal(12.0, x.Grad!.Item());
        x.RetainGrad(); // legal and without effect on a leaf
        var failure = Assert.Throws<InvalidOperationException>(() => Tensor.Scalar(1.0).RetainGrad());
        Assert.Equal("can't retain_grad on Tensor that has requires_grad=False", failure.Message);
    }

    [Fact]
    public void Detach_stops_the_gradient_and_shares_the_memory()
    {
        var x = Tensor.Scalar(2.0, requiresGrad: true);
        var constant = x.Detach();
        Assert.False(constant.RequiresGrad);
        Assert.True(constant.IsLeaf);
        (x * constant).Backward();
        Assert.Equal(2.0, x.Grad!.Item());
        constant.Fill(7);
        Assert.Equal(7.0, x.Item());
    }

    [Fact]
    public void What_needs_no_gradient_records_nothing()
    {
        var y = Tensor.Scalar(2.0) * Tensor.Scalar(3.0);
        Assert.False(y.RequiresGrad);
        Assert.Null(y.GradFn);
        Assert.True(y.IsLeaf);
        var failure = Assert.Throws<InvalidOperationException>(() => y.Backward());
        Assert.Equal("element 0 of tensors does not require grad and does not have a grad_fn", failure.Message);
    }

    [Fact]
    public void Backward_without_a_gradient_needs_a_single_number()
    {
        var x = Tensor.Ones<float>([2, 3], requiresGrad: true);
        var failure = Assert.Throws<InvalidOperationException>(() => (x * 2f).Backward());
        Assert.Equal("grad can be implicitly created only for scalar outputs; the shape here is [2, 3]: " +
            "reduce it with Sum() or Mean(), or pass a gradient of this shape.", failure.Message);
        var one = Tensor.Ones<float>([1, 1], requiresGrad: true);
        (one * 2f).Backward();
        Assert.Equal(2f, one.Grad!.Item());
    }

    [Fact]
    public void Backward_refuses_a_gradient_of_another_shape()
    {
        var x = Tensor.Ones<float>([2, 3], requiresGrad: true);
        var failure = Assert.Throws<ArgumentException>(() => (x * 2f).Backward(Tensor.Ones<float>([3])));
        Assert.Equal("gradient has shape [3], but the tensor has [2, 3]. (Parameter 'gradient')", failure.Message);
        Assert.Null(x.Grad);
    }

    [Fact]
    public void Integer_tensors_refuse_gradients()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Tensor.Create<long>([1, 2], requiresGrad: true));
        Assert.Equal("only Tensors of floating point dtype can require gradients, but this one holds int64.", failure.Message);
        Assert.Equal("only Tensors of floating point dtype can require gradients, but this one holds uint8.",
            Assert.Throws<InvalidOperationException>(() => Tensor.Zeros<byte>([]).WithGrad(true)).Message);
        Assert.False(Tensor.Zeros<int>([2]).WithGrad(false).RequiresGrad);
    }

    [Fact]
    public void Only_leaves_change_whether_they_want_a_gradient()
    {
        var x = Tensor.Scalar(1.0, requiresGrad: true);
        var failure = Assert.Throws<InvalidOperationException>(() => (x * 2.0).WithGrad(false));
        Assert.Equal("you can only change requires_grad flags of leaf tensors; use Detach() for a copy without a history.", failure.Message);
        Assert.Same(x, x.WithGrad(false));
        Assert.False((x * 2.0).RequiresGrad);
    }

    [Fact]
    public void A_chain_of_100_000_operations_is_no_deeper_than_one()
    {
        var x = Tensor.Scalar(1f, requiresGrad: true);
        var y = x;
        for (var i = 0; i < 100_000; i++) y = y + x;
        y.Backward();
        Assert.Equal(100_001f, x.Grad!.Item());
    }

    [Fact]
    public void A_failed_Backward_leaves_recording_on()
    {
        var x = Tensor.Create<float>([1], requiresGrad: true);
        var y = x.Exp();
        y.Detach().Fill(0);
        Assert.Throws<InvalidOperationException>(() => y.Backward());
        Assert.True(GradMode.IsEnabled);
    }

    [Fact]
    public void The_names_on_the_tape_read_as_in_PyTorch()
    {
        var x = Tensor.Ones<float>([1, 1], requiresGrad: true);
        var y = (x.MatMul(x) - 1f).Relu();
        Assert.Equal("<ReluBackward0>", y.GradFn!.ToString());
        var subtract = Assert.Single(y.GradFn.NextFunctions);
        Assert.Equal("SubBackward0", subtract.Name);
        Assert.Equal("MmBackward0", Assert.Single(subtract.NextFunctions).Name);
    }
}
