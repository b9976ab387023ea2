using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Autograd;

/// <summary>Tensor.Function: gradients as the user says, refused where they do not fit, and no memory that somebody else holds.</summary>
[Collection(Serial.Name)]
public sealed class FunctionOfYourOwnTests
{
    [Fact]
    public void Its_gradients_are_those_of_the_same_function_on_the_tape()
    {
        var (a, b) = (Tensor.Randn<double>([3, 4], new Seed(1), requiresGrad: true), Tensor.Randn<double>([3, 4], new Seed(2), requiresGrad: true));
        var (c, d) = (a.Clone().Detach(), b.Clone().Detach());
        (c.RequiresGrad, d.RequiresGrad) = (true, true);
        var upstream = Tensor.Randn<double>([3, 4], new Seed(3));
        var own = Tensor.Function("Product", [a, b], () => a.Exp() * b, (gradient, y) => [gradient * y, gradient * a.Exp()]);
        own.Backward(upstream);
        (c.Exp() * d).Backward(upstream);
        foreach (var (expected, actual) in c.Grad!.ToArray().Concat(d.Grad!.ToArray()).Zip([.. a.Grad!.ToArray(), .. b.Grad!.ToArray()]))
            Assert.Equal(expected, actual, 1e-12);
        Assert.Equal("<ProductBackward>", own.GradFn!.ToString());
        Assert.Equal(2, own.GradFn.NextFunctions.Count);
    }

    [Fact]
    public void Forward_is_not_recorded_and_backward_may_say_something_else()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var wasOn = true;
        var y = Tensor.Function("Odd", [x], () =>
        {
            wasOn = GradMode.IsEnabled;
            return x.Exp();
        }, (gradient, _) =>
        {
            wasOn |= GradMode.IsEnabled;
            return [gradient * 100f];
        });
        y.Sum().Backward();
        Assert.False(wasOn);
        Assert.Equal([100f, 100f], x.Grad!.ToArray());
        Assert.Equal("AccumulateGrad", Assert.Single(y.GradFn!.NextFunctions).Name);
    }

    [Fact]
    public void None_is_no_gradient_and_not_a_zero()
    {
        var (x, z) = (Tensor.Scalar(2f, requiresGrad: true), Tensor.Scalar(3f, requiresGrad: true));
        var constant = Tensor.Scalar(4f);
        var y = Tensor.Function("Some", [x, constant, z.Exp()], () => x * constant, (gradient, _) => [gradient * constant, null, null]);
        y.Backward();
        Assert.Equal(4f, x.Grad!.Item());
        Assert.Null(z.Grad);
        Assert.Null(constant.Grad);
    }

    [Fact]
    public void Backward_is_called_once_with_the_total_gradient()
    {
        var x = Tensor.Scalar(2f, requiresGrad: true);
        var seen = new List<float>();
        var y = Tensor.Function("Twice", [x, x], () => x + x, (gradient, _) =>
        {
            seen.Add(gradient.Item());
            return [gradient, gradient];
        });
        (y * 3f + y).Backward(retainGraph: true);
        Assert.Equal([4f], seen);
        Assert.Equal(8f, x.Grad!.Item());
        (y * 3f + y).Backward();
        Assert.Equal((2, 16f), (seen.Count, x.Grad.Item()));
    }

    [Fact]
    public void Another_number_or_shape_of_gradients_is_refused_with_the_name()
    {
        var (x, z) = (Tensor.Create<float>([1, 2], requiresGrad: true), Tensor.Create<float>([1, 2], requiresGrad: true));
        string Message(Func<Tensor<float>, IReadOnlyList<Tensor<float>?>> backward) => Assert.Throws<InvalidOperationException>(() =>
            Tensor.Function("Pair", [x, z], () => x * z, (gradient, _) => backward(gradient)).Sum().Backward()).Message;
        Assert.Equal("function PairBackward returned an incorrect number of gradients (expected 2, got 1): one an input, null for those that have none.",
            Message(static gradient => [gradient]));
        Assert.Equal("function PairBackward returned an incorrect number of gradients (expected 2, got 3): one an input, null for those that have none.",
            Message(static gradient => [gradient, gradient, null]));
        Assert.Equal("function PairBackward returned an incorrect number of gradients (expected 2, got 0): one an input, null for those that have none.",
            Message(static _ => null!));
        Assert.Equal("function PairBackward returned an invalid gradient at index 1 - got [] but expected shape [2].",
            Message(static gradient => [gradient, gradient.Sum()]));
        Assert.Null(x.Grad);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var x = Tensor.Scalar(2f, requiresGrad: true);
        IReadOnlyList<Tensor<float>?> Backward(Tensor<float> gradient, Tensor<float> result) => [gradient];
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => Tensor.Function(" ", [x], () => x, Backward)).ParamName);
        Assert.Equal("inputs", Assert.Throws<ArgumentNullException>(() => Tensor.Function("F", null!, () => x, Backward)).ParamName);
        Assert.StartsWith("inputs[1] is null.", Assert.Throws<ArgumentNullException>(() => Tensor.Function("F", [x, null!], () => x, Backward)).Message,
            StringComparison.Ordinal);
        Assert.Equal("forward", Assert.Throws<ArgumentNullException>(() => Tensor.Function("F", [x], null!, Backward)).ParamName);
        Assert.Equal("backward", Assert.Throws<ArgumentNullException>(() => Tensor.Function("F", [x], () => x, null!)).ParamName);
        Assert.Equal("the forward function of F returned null; it returns its result.",
            Assert.Throws<InvalidOperationException>(() => Tensor.Function("F", [x], () => null!, Backward)).Message);
    }

    [Fact]
    public void An_input_that_is_returned_becomes_a_new_tensor()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        var middle = x * 3f;
        foreach (var input in (Tensor<float>[])[x, middle])
        {
            x.ZeroGrad();
            var before = input.GradFn;
            var reversed = Tensor.Function("Reverse", [input], () => input, (gradient, _) => [-gradient]);
            Assert.NotSame(input, reversed);
            Assert.Same(before, input.GradFn);
            Assert.Equal("ReverseBackward", reversed.GradFn!.Name);
            Assert.Equal(input.ToArray(), reversed.ToArray());
            (reversed + input).Sum().Backward();
            Assert.Equal([0f, 0f], x.Grad!.ToArray());
        }
    }

    [Fact]
    public void A_tensor_that_is_returned_twice_has_two_places_on_the_tape()
    {
        var (x, table) = (Tensor.Scalar(2f, requiresGrad: true), Tensor.Scalar(5f));
        Tensor<float> Of(float factor) => Tensor.Function("Table", [x], () => table, (gradient, _) => [gradient * factor]);
        var (one, two) = (Of(1), Of(10));
        (one + two).Backward();
        Assert.Equal(11f, x.Grad!.Item());
        Assert.False(table.RequiresGrad);
    }

    [Fact]
    public void Without_a_gradient_nothing_is_recorded()
    {
        var x = Tensor.Scalar(2f);
        Assert.False(Tensor.Function("F", [x], () => x.Exp(), static (gradient, _) => [gradient]).RequiresGrad);
        var leaf = Tensor.Scalar(2f, requiresGrad: true);
        using (Tensor.NoGrad())
            Assert.False(Tensor.Function("F", [leaf], () => leaf.Exp(), static (gradient, _) => [gradient]).RequiresGrad);
    }

    [Theory]
    [InlineData("input")]
    [InlineData("result")]
    [InlineData("saved")]
    public void What_backward_reads_must_not_have_been_written_to(string which)
    {
        var (x, targets) = (Tensor.Create<float>([1, 2], requiresGrad: true), Tensor.Create<long>([0, 1]));
        var input = x * 1f;
        var y = Tensor.Function("Checked", [input], () => input.Exp(), (gradient, result) => [gradient * result * targets.To<float>()], [targets]);
        if (which == "input") input.Detach().Fill(0);
        else if (which == "result") y.Detach().Fill(0);
        else targets.Fill(1);
        var error = Assert.Throws<InvalidOperationException>(() => y.Sum().Backward());
        Assert.Contains("has been modified by an inplace operation: CheckedBackward saved a " + (which == "saved" ? "int64" : "float32"), error.Message,
            StringComparison.Ordinal);
    }

    /// <summary>Large enough for memory to come back; what comes back is filled with NaN.</summary>
    [Fact]
    public void What_backward_keeps_or_returns_stays_as_it_is()
    {
        TensorPool.Poison = true;
        try
        {
            var x = Tensor.Randn<float>([128, 256], new Seed(1), requiresGrad: true);
            var mine = Tensor.Full([128, 256], 0.5f);
            var kept = new List<(Tensor<float> Tensor, float[] Values)>();
            Tensor<float> Own(Tensor<float> input, bool passesOn) => Tensor.Function("Own", [input], () => input * 2f, (gradient, _) =>
            {
                kept.Add((gradient, gradient.ToArray()));
                return [passesOn ? gradient : mine];
            });
            var y = Own(Own(x.Tanh(), passesOn: false).LogSoftmax(1), passesOn: true).Clone();
            var upstream = Tensor.Randn<float>([128, 256], new Seed(2));
            var given = upstream.ToArray();
            float[]? first = null;
            for (var pass = 0; pass < 3; pass++)
            {
                y.Backward(upstream, retainGraph: true);
                first ??= x.Grad!.ToArray();
                Assert.DoesNotContain(first, float.IsNaN);
                Assert.Equal(first, x.Grad!.ToArray());
                x.ZeroGrad();
            }
            Assert.Equal(6, kept.Count);
            foreach (var (tensor, values) in kept) Assert.Equal(values, tensor.ToArray());
            Assert.All(mine.ToArray(), static value => Assert.Equal(0.5f, value));
            Assert.Equal(given, upstream.ToArray());
        }
        finally
        {
            TensorPool.Poison = false;
        }
    }

    [Fact]
    public void One_tensor_may_be_the_gradient_of_several_inputs()
    {
        var (a, b) = (Tensor.Create<float>([1, 2], requiresGrad: true), Tensor.Create<float>([3, 4], requiresGrad: true));
        Tensor.Function("Sum", [a, b], () => a + b, static (gradient, _) => [gradient, gradient]).Backward(Tensor.Create<float>([5, 6]));
        a.Grad!.Fill(0);
        Assert.Equal([5f, 6f], b.Grad!.ToArray());
    }

    [Fact]
    public void Hooks_and_kept_gradients_work_on_its_result()
    {
        var x = Tensor.Scalar(2f, requiresGrad: true);
        var y = Tensor.Function("Square", [x], () => x * x, (gradient, _) => [gradient * 2f * x]);
        y.RegisterHook(static gradient => gradient * 10f);
        y.RetainGrad();
        (y * 3f).Backward();
        Assert.Equal((30f, 120f), (y.Grad!.Item(), x.Grad!.Item()));
    }

    [Fact]
    public void The_examples_of_its_documentation_do_what_they_say()
    {
        static Tensor<float> Reverse(Tensor<float> x) => Tensor.Function("Reverse", [x], () => x, (gradient, _) => [-gradient]);
        static Tensor<float> Exp(Tensor<float> x) => Tensor.Function("Exp", [x], () => x.Exp(), (gradient, y) => [gradient * y]);
        var (x, same) = (Tensor.Create<float>([1, -2], requiresGrad: true), Tensor.Create<float>([1, -2], requiresGrad: true));
        Exp(Reverse(x)).Sum().Backward();
        same.Exp().Sum().Backward();
        Assert.Equal(same.Grad!.ToArray().Select(static value => -value), x.Grad!.ToArray());
    }
}
