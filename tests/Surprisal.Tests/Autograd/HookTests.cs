using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Autograd;

/// <summary>Hooks on gradients: when they are called, with what, and what their answers change.</summary>
[Collection(Serial.Name)]
public sealed class HookTests
{
    [Fact]
    public void A_hook_sees_the_total_gradient_of_a_leaf_used_twice_once_and_before_it_is_kept()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var seen = new List<float[]>();
        x.RegisterHook(gradient =>
        {
            seen.Add(gradient.ToArray());
            Assert.Null(x.Grad);
            return null;
        });
        (x * x + x * 3f).Sum().Backward();
        Assert.Equal([5f, 7f], Assert.Single(seen));
        Assert.Equal([5f, 7f], x.Grad!.ToArray());
    }

    /// <summary>PyTorch's engine does what fills a leaf before anything else that is ready: the highest priority of all nodes.</summary>
    [Fact]
    public void A_leaf_has_its_gradient_right_behind_the_last_operation_that_reads_it()
    {
        var seen = new List<string>();
        Tensor<float> Noted(Tensor<float> tensor, string name)
        {
            tensor.RegisterHook(_ =>
            {
                seen.Add(name);
                return null;
            });
            return tensor;
        }
        Tensor<float> Leaf(string name) => Noted(Tensor.Ones<float>([4], requiresGrad: true), name);
        var (firstBias, bias, shared) = (Leaf("first bias"), Leaf("bias"), Leaf("shared"));
        var x = Noted(Tensor.Ones<float>([2, 4]) * Leaf("scale") + firstBias + shared, "x");
        var y = Noted(x + bias + shared, "y");
        y.Sum().Backward();
        Assert.True(seen.IndexOf("bias") < seen.IndexOf("x"), string.Join(", ", seen));
        Assert.True(seen.IndexOf("x") < seen.IndexOf("shared"), string.Join(", ", seen));
        Assert.True(seen.IndexOf("shared") < seen.IndexOf("first bias"), string.Join(", ", seen));
    }

    [Fact]
    public void What_a_hook_returns_takes_the_place_of_the_gradient_in_the_order_of_registration()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var y = x * 2f;
        y.RegisterHook(gradient => gradient + 1f);
        y.RegisterHook(gradient => gradient * 10f);
        y.RegisterHook(static _ => null);
        y.RetainGrad(); // sees the gradient after all hooks, whenever it was asked
        y.RegisterHook(gradient => gradient - 5f);
        (y * 3f).Sum().Backward();
        Assert.Equal([35f, 35f], y.Grad!.ToArray());
        Assert.Equal([70f, 70f], x.Grad!.ToArray());
    }

    [Fact]
    public void Every_Backward_calls_it_and_a_leaf_adds_up_what_comes_after_it()
    {
        var x = Tensor.Scalar(3.0, requiresGrad: true);
        var calls = 0;
        var y = x * x;
        x.RegisterHook(gradient =>
        {
            calls++;
            return gradient * 0.5;
        });
        y.Backward(retainGraph: true);
        Assert.Equal((1, 3.0), (calls, x.Grad!.Item()));
        y.Backward();
        Assert.Equal((2, 6.0), (calls, x.Grad!.Item())); // 3 + 3: what was there is not halved again
    }

    [Fact]
    public void A_disposed_hook_is_not_called_and_others_stay()
    {
        var x = Tensor.Scalar(1f, requiresGrad: true);
        var calls = new List<string>();
        Tensor<float>? Note(string name) { calls.Add(name); return null; }
        var (a, b) = (x.RegisterHook(_ => Note("a")), x.RegisterHook(_ => Note("b")));
        Func<Tensor<float>, Tensor<float>?> same = _ => Note("c");
        var (c, _) = (x.RegisterHook(same), x.RegisterHook(same));
        a.Dispose();
        a.Dispose();
        c.Dispose(); // one of two registrations
        x.Exp().Backward();
        Assert.Equal(["b", "c"], calls);
        b.Dispose();
    }

    [Fact]
    public void A_hook_may_remove_itself_and_others_while_it_runs()
    {
        var x = Tensor.Scalar(1f, requiresGrad: true);
        var calls = 0;
        IDisposable? first = null, last = null;
        first = x.RegisterHook(_ =>
        {
            calls++;
            first!.Dispose();
            last!.Dispose();
            return null;
        });
        last = x.RegisterHook(_ => { calls += 100; return null; });
        x.Exp().Backward();
        x.Exp().Backward();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void It_is_called_for_the_tensor_that_Backward_begins_with()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var y = x * 2f;
        y.RegisterHook(static gradient => gradient * 7f);
        y.Backward(Tensor.Ones<float>([2]));
        Assert.Equal([14f, 14f], x.Grad!.ToArray());
        var leaf = Tensor.Create<float>([1, 2], requiresGrad: true);
        leaf.RegisterHook(static gradient => gradient * 7f);
        leaf.Backward(Tensor.Ones<float>([2]));
        Assert.Equal([7f, 7f], leaf.Grad!.ToArray());
    }

    [Fact]
    public void A_tensor_without_a_gradient_and_nothing_are_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Tensor.Scalar(1f).RegisterHook(static _ => null));
        Assert.Equal("cannot register a hook on a tensor that doesn't require gradient", error.Message);
        Assert.Equal("hook", Assert.Throws<ArgumentNullException>(() => Tensor.Scalar(1f, requiresGrad: true).RegisterHook(null!)).ParamName);
    }

    [Fact]
    public void Another_shape_is_refused_and_named()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var y = x * 2f;
        y.RegisterHook(static gradient => gradient.Sum());
        var error = Assert.Throws<InvalidOperationException>(() => y.Sum().Backward());
        Assert.Equal("hook has changed the size of value: the gradient at MulBackward0 has shape [2], and the hook returned one of shape [].", error.Message);
        Assert.Null(x.Grad);
        Assert.True(GradMode.IsEnabled);
    }

    [Fact]
    public void Nothing_in_a_hook_is_recorded()
    {
        var (x, factor) = (Tensor.Scalar(2f, requiresGrad: true), Tensor.Scalar(3f, requiresGrad: true));
        x.RegisterHook(gradient => gradient * factor);
        x.Exp().Backward();
        Assert.True(x.Grad!.IsLeaf);
        Assert.False(x.Grad.RequiresGrad);
        Assert.Null(factor.Grad);
    }

    /// <summary>PyTorch: "tensors hooks are registered to the value before the modification".</summary>
    [Fact]
    public void After_a_recorded_write_in_place_it_belongs_to_the_value_before()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var y = x * 2f;
        var (before, after) = (new List<float[]>(), new List<float[]>());
        y.RegisterHook(gradient => { before.Add(gradient.ToArray()); return null; });
        y *= 5f;
        y.RegisterHook(gradient => { after.Add(gradient.ToArray()); return null; });
        y.Sum().Backward();
        Assert.Equal([5f, 5f], Assert.Single(before));
        Assert.Equal([1f, 1f], Assert.Single(after));
    }

    [Fact]
    public void A_leaf_keeps_its_hooks_while_it_wants_no_gradient()
    {
        var x = Tensor.Scalar(2f, requiresGrad: true);
        x.RegisterHook(static gradient => gradient * 10f);
        x.RequiresGrad = false;
        x.RequiresGrad = true;
        (x * 3f).Backward();
        Assert.Equal(30f, x.Grad!.Item());
    }

    /// <summary>Large enough for memory to come back; what comes back is filled with NaN.</summary>
    [Fact]
    public void What_a_hook_keeps_or_returns_stays_as_it_is()
    {
        TensorPool.Poison = true;
        try
        {
            var x = Tensor.Randn<float>([128, 256], new Seed(1), requiresGrad: true);
            var upstream = Tensor.Ones<float>([128, 256]);
            var middle = (x * 2f).Tanh();
            var mine = Tensor.Full([128, 256], 0.5f);
            var kept = new List<(Tensor<float> Tensor, float[] Values)>();
            Tensor<float>? Keep(Tensor<float> gradient)
            {
                kept.Add((gradient, gradient.ToArray()));
                return null;
            }
            x.RegisterHook(Keep);
            middle.RegisterHook(Keep);
            var y = (middle.LogSoftmax(1) + middle).Clone();
            y.RegisterHook(Keep);
            y.RegisterHook(_ => mine);
            float[]? first = null;
            for (var pass = 0; pass < 3; pass++)
            {
                y.Backward(upstream, retainGraph: true);
                Assert.DoesNotContain(x.Grad!.ToArray(), float.IsNaN);
                first ??= x.Grad.ToArray();
                Assert.Equal(first, x.Grad.ToArray());
                x.ZeroGrad();
            }
            Assert.Equal(9, kept.Count);
            foreach (var (tensor, values) in kept) Assert.Equal(values, tensor.ToArray());
            Assert.All(mine.ToArray(), static value => Assert.Equal(0.5f, value));
            Assert.All(upstream.ToArray(), static value => Assert.Equal(1f, value));
        }
        finally
        {
            TensorPool.Poison = false;
        }
    }

    [Fact]
    public void A_hook_that_writes_to_what_it_gets_changes_nobody_elses_gradient()
    {
        var (a, b) = (Tensor.Create<float>([1, 2], requiresGrad: true), Tensor.Create<float>([3, 4], requiresGrad: true));
        var upstream = Tensor.Create<float>([5, 6]);
        a.RegisterHook(static gradient =>
        {
            gradient.Fill(0);
            return null;
        });
        (a + b).Backward(upstream);
        Assert.Equal([5f, 6f], upstream.ToArray());
        Assert.Equal([5f, 6f], b.Grad!.ToArray());
        Assert.Equal([0f, 0f], a.Grad!.ToArray());
    }
}
