using Surprisal.Modules;
using Surprisal.Tests.Kernels;
using Surprisal.Training;

namespace Surprisal.Tests.Autograd;

/// <summary>Memory that the tape takes back: nothing that a user can hold is among it, and a training step allocates little.</summary>
[Collection(Serial.Name)]
public sealed class TensorPoolTests
{
    private const int Rows = 128, Columns = 256; // 128 KB: large enough to come back

    [Fact]
    public void All_that_a_user_holds_keeps_its_numbers_while_what_comes_back_is_poisoned()
    {
        using var poisoned = new Poisoned();
        var x = Tensor.Randn<float>([Rows, Columns], new Seed(1), requiresGrad: true);
        var upstream = Tensor.Randn<float>([Rows, Columns], new Seed(2));
        var given = upstream.ToArray();
        var relu = x.Relu();
        var middle = relu.Reshape(Columns, Rows).Reshape(Rows, Columns);
        middle.RetainGrad();
        var y = (middle.LogSoftmax(1) + middle.Sigmoid() + middle).Tanh().Reshape(Rows, Columns);
        var (kept, values) = (new List<(Tensor<float> Tensor, float[] Values)>(), y.ToArray());
        float[]? first = null;
        for (var pass = 1; pass <= 3; pass++)
        {
            y.Backward(upstream, retainGraph: true);
            var (grad, inside) = (x.Grad!, middle.Grad!);
            first ??= grad.ToArray();
            Assert.DoesNotContain(grad.ToArray(), float.IsNaN);
            Assert.DoesNotContain(inside.ToArray(), float.IsNaN);
            kept.Add((grad, grad.ToArray()));
            kept.Add((inside, inside.ToArray()));
            x.ZeroGrad();
            middle.ZeroGrad();
            Assert.Equal(first, grad.ToArray()); // each pass over the kept graph gives the same
            foreach (var (tensor, numbers) in kept) Assert.Equal(numbers, tensor.ToArray());
            Assert.Equal(given, upstream.ToArray());
            Assert.Equal(values, y.ToArray());
        }
    }

    [Fact]
    public void Gradients_that_nobody_looked_at_add_up_as_those_that_somebody_did()
    {
        using var poisoned = new Poisoned();
        float[] Sum(bool look)
        {
            var x = Tensor.Randn<float>([Rows, Columns], new Seed(3), requiresGrad: true);
            var seen = new List<(Tensor<float>, float[])>();
            for (var i = 0; i < 4; i++)
            {
                (x * x + x.Exp()).LogSoftmax(1).Reshape(Columns, Rows).Backward(Tensor.Randn<float>([Columns, Rows], new Seed(i)));
                if (look) seen.Add((x.Grad!, x.Grad!.ToArray()));
            }
            foreach (var (tensor, numbers) in seen) Assert.Equal(numbers, tensor.ToArray());
            return x.Grad!.ToArray();
        }
        var unseen = Sum(look: false);
        Assert.DoesNotContain(unseen, float.IsNaN);
        Assert.Equal(Sum(look: true), unseen);
    }

    [Fact]
    public void A_gradient_given_by_the_user_never_comes_back()
    {
        using var poisoned = new Poisoned();
        var x = Tensor.Randn<float>([Rows, Columns], new Seed(1), requiresGrad: true);
        var own = new float[Rows * Columns];
        x.Grad = Tensor.Wrap<float>(own, [Rows, Columns]);
        x.ZeroGrad();
        Assert.All(own, static value => Assert.Equal(0f, value));
        x.Backward(Tensor.Wrap<float>(own, [Rows, Columns]));
        x.ZeroGrad();
        x.Clone().Backward(Tensor.Wrap<float>(own, [Rows, Columns]));
        x.ZeroGrad();
        Assert.All(own, static value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Training_gives_the_same_weights_when_what_comes_back_is_poisoned()
    {
        var plain = Trained();
        using var poisoned = new Poisoned();
        Assert.Equal(plain, Trained());
        Assert.DoesNotContain(plain, float.IsNaN);
    }

    [Fact]
    public void A_step_of_cross_entropy_allocates_no_matrix_after_the_first()
    {
        var x = Tensor.Randn<float>([512, 1000], new Seed(1), requiresGrad: true);
        var targets = Tensor.RandInt<long>(0, 1000, [512], new Seed(2));
        var loss = new CrossEntropyLoss();
        void Step()
        {
            x.ZeroGrad();
            loss.Forward(x, targets).Backward();
        }
        for (var i = 0; i < 3; i++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Step();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, 16_384); // nodes, closures and shapes; the matrix has 2,048,000
    }

    [Fact]
    public void A_step_of_log_softmax_allocates_its_result_only()
    {
        var x = Tensor.Randn<float>([512, 1000], new Seed(1), requiresGrad: true);
        var targets = Tensor.RandInt<long>(0, 1000, [512], new Seed(2));
        void Step()
        {
            x.ZeroGrad();
            new NllLoss().Forward(x.LogSoftmax(1), targets).Backward();
        }
        for (var i = 0; i < 3; i++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Step();
        // the user may hold the result; the gradient overwrites itself
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 2_048_000, 2_048_000 + 32_768);
    }

    [Fact]
    public void A_longer_array_serves_a_tensor_of_at_least_half_its_length_and_stays_as_long()
    {
        var array = new char[6_001]; // no tensor has characters, so these shelves are the test's own
        TensorPool.Return(array);
        Assert.Equal(3_000, TensorPool.Rent<char>(3_000).Length); // too short for it
        Assert.Same(array, TensorPool.Rent<char>(3_001));
        Assert.Equal(3_001, TensorPool.Rent<char>(3_001).Length); // all lent: a new one
        TensorPool.Return(array);
        TensorPool.Return(new char[4_000]);
        Assert.Equal(4_000, TensorPool.Rent<char>(3_500).Length); // the shortest that fits
        Assert.Same(array, TensorPool.Rent<char>(6_001));
    }

    [Fact]
    public void A_tensor_in_a_longer_array_has_its_own_length_and_gives_all_of_it_back()
    {
        using var poisoned = new Poisoned();
        TensorPool.Return(new double[70_001]);
        var bytes = TensorPool.Bytes;
        using (Tensor.Step())
        {
            var x = Tensor.Zeros<double>(70_000);
            Assert.Equal(bytes - 8 * 70_001, TensorPool.Bytes);
            Assert.Equal(70_000, x.ToArray().Length);
            Assert.Equal(0.0, x.Reshape(2, 35_000)[1].Sum().Item());
        }
        Assert.Equal(bytes, TensorPool.Bytes);
        using (Tensor.Step()) Assert.Equal(70_000, Tensor.Zeros<double>(70_000).AsMemory().Length);
        Assert.Equal(bytes - 8 * 70_001, TensorPool.Bytes); // a span was handed out, so it never comes back
    }

    [Fact]
    public void What_waits_is_bounded_and_given_up_when_unused()
    {
        var before = TensorPool.Limit;
        try
        {
            TensorPool.Limit = 0;
            var bytes = TensorPool.Bytes;
            TensorPool.Return<double>(new double[77_777]);
            Assert.Equal(bytes, TensorPool.Bytes);
        }
        finally
        {
            TensorPool.Limit = before;
        }
        TensorPool.Return<double>(new double[77_777]);
        Assert.True(TensorPool.Bytes >= 77_777 * 8);
        for (var i = 0; i < 20 && TensorPool.Bytes > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(0, TensorPool.Bytes);
    }

    private static float[] Trained()
    {
        var model = new LeNet(1, 28, 28, 10, new Seed(4));
        var optimizer = new Sgd(model.Parameters(), 0.05, momentum: 0.9);
        var images = Tensor.Rand<float>([32, 1, 28, 28], new Seed(5));
        var targets = Tensor.RandInt<long>(0, 10, [32], new Seed(6));
        for (var i = 0; i < 5; i++)
        {
            optimizer.ZeroGrad();
            new CrossEntropyLoss().Forward(model.Forward(images), targets).Backward();
            GradientClipping.ByNorm(model.Parameters(), 1);
            optimizer.Step();
        }
        return [.. model.Parameters().SelectMany(static parameter => parameter.ToArray())];
    }
}
