using Surprisal.Modules;
using Surprisal.Tests.Kernels;
using Surprisal.Training;

namespace Surprisal.Tests.Autograd;

/// <summary>
/// What was made in a step is used again after it; whoever can still reach it has the right numbers or an exception. All under poison:
/// memory that comes back is filled with NaN.
/// </summary>
[Collection(Serial.Name)]
public sealed class StepScopeTests
{
    private const int Rows = 64, Columns = 128;

    private const string Gone = "this float32 tensor of shape [64, 128] was made in a step that has ended, and its memory is used again; " +
        "Keep() it inside the step.";

    private static readonly Seed random = new(1);

    [Fact]
    public void WhatIsTouchedAfterItsStepIsAnException()
    {
        using var poisoned = new Poisoned();
        var x = Leaf();
        var (y, view, detached, kept) = Made(x);
        Assert.Equal([Rows, Columns], y.Shape);
        foreach (var touch in (Action[])[
            () => y.ToArray(), () => y.AsReadOnlySpan(), () => y.AsReadOnlyTensorSpan(), () => detached.AsMemory(), () => _ = y + 1f, () => _ = y.ToString(),
            () => y.Keep(), () => y.Clone(), () => detached.Fill(0), () => detached.ToArray(), () => detached.CopyFrom(kept), () => y.Backward(kept)])
            Assert.Equal(Gone, Assert.Throws<InvalidOperationException>(touch).Message);
        Assert.Throws<InvalidOperationException>(() => view.ToArray());
        Assert.Null(x.Grad);
        Assert.Equal(x.ToArray().Select(static v => v * 2), kept.ToArray());

        static (Tensor<float> Y, Tensor<float> View, Tensor<float> Detached, Tensor<float> Kept) Made(Tensor<float> x)
        {
            using var step = Tensor.Step();
            var y = x * 3f;
            return (y, y.Reshape(Columns, Rows), y.Detach(), (x * 2f).Detach().Keep());
        }
    }

    /// <summary>No check reaches a span, so its memory stays whatever becomes of the tensor.</summary>
    [Fact]
    public void ASpanTakenInAStepKeepsItsNumbers()
    {
        using var poisoned = new Poisoned();
        var x = Leaf();
        Memory<float> memory;
        using (Tensor.Step()) memory = (x.Detach() * 2f).AsMemory();
        for (var i = 0; i < 3; i++)
            using (Tensor.Step()) _ = (x * 5f).Exp();
        Assert.Equal(x.ToArray().Select(static v => v * 2), memory.ToArray());
    }

    [Fact]
    public void GradientsMomentsBuffersParametersAndWrappedArraysLiveOn()
    {
        using var poisoned = new Poisoned();
        var array = new float[Rows * Columns];
        Sequential? model = null;
        Adam? optimizer = null;
        Tensor<float>? wrapped = null, gradient = null;
        using (Tensor.Step())
        {
            model = new Sequential(new Linear(Columns, Columns, random), new Dropout(0.5, random), new Linear(Columns, 16, random));
            optimizer = new Adam(model.Parameters());
            wrapped = Tensor.Wrap<float>(array, [Rows, Columns]);
            var value = new CrossEntropyLoss().Forward(model.Forward(Leaf()), Tensor.Zeros<long>(Rows));
            value.Backward();
            optimizer.Step();
            gradient = model.Parameters().First().Grad;
        }
        var numbers = gradient!.ToArray();
        using (Tensor.Step()) new CrossEntropyLoss().Forward(model.Forward(Leaf()), Tensor.Zeros<long>(Rows)).Backward();
        Assert.All(model.Parameters(), static parameter => Assert.DoesNotContain(parameter.ToArray(), float.IsNaN));
        Assert.All(model.Parameters(), static parameter => Assert.DoesNotContain(parameter.Grad!.ToArray(), float.IsNaN));
        Assert.All(optimizer.StateDictionary().Values.OfType<Tensor<float>>(), static state => Assert.DoesNotContain(state.ToArray(), float.IsNaN));
        Assert.Equal(numbers, gradient.ToArray()); // read, so the second gradient has memory of its own
        Assert.Equal(array, wrapped.ToArray());
    }

    [Fact]
    public void TheSameBitsWithAndWithoutSteps()
    {
        using var poisoned = new Poisoned();
        Assert.Equal(Trained(inSteps: false), Trained(inSteps: true));

        static float[] Trained(bool inSteps)
        {
            var seed = new Seed(3);
            var model = new Sequential(
                new Conv2d(1, 8, 3, seed, padding: 1), new BatchNorm2d(8), new Relu(), new MaxPool2d(2), new Dropout(0.25, seed),
                new Flatten(), new Linear(8 * 49, 64, seed), new Relu(), new Linear(64, 10, seed));
            var optimizer = new Adam(model.Parameters());
            for (var i = 0; i < 6; i++)
            {
                using var step = inSteps ? Tensor.Step() : default;
                optimizer.ZeroGrad();
                for (var part = 0; part < 2; part++) // gradients of two add up across what one step made
                {
                    var images = Tensor.Randn<float>([i == 5 ? 7 : 16, 1, 14, 14], seed); // the last one is uneven
                    new CrossEntropyLoss().Forward(model.Forward(images), Tensor.RandInt<long>(0, 10, [images.Shape[0]], seed)).Backward();
                }
                optimizer.Step();
            }
            return [.. model.Parameters().SelectMany(static parameter => parameter.ToArray())];
        }
    }

    [Fact]
    public void AnInnerStepLeavesTheOuterOnesAlone()
    {
        using var poisoned = new Poisoned();
        var x = Leaf();
        using var outer = Tensor.Step();
        var y = (x * 2f).Detach();
        Tensor<float> z;
        using (Tensor.Step()) z = y + 1f;
        Assert.Throws<InvalidOperationException>(() => z.ToArray());
        Assert.Equal(x.ToArray().Select(static v => v * 2), y.ToArray());
    }

    [Fact]
    public void AnExceptionEndsAStep()
    {
        Tensor<float>? y = null;
        Assert.Throws<ArgumentException>(Failing);
        Assert.Throws<InvalidOperationException>(() => y!.ToArray());
        Assert.Equal(2f, (Tensor.Ones<float>(1) * 2f).Item()); // outside again

        void Failing()
        {
            using var step = Tensor.Step();
            y = Leaf() * 2f;
            _ = y + Tensor.Ones<float>(3);
        }
    }

    [Fact]
    public void TensorsOfOtherThreadsAreNotTheStepsOwn()
    {
        using var poisoned = new Poisoned();
        Tensor<float>? other = null;
        using (Tensor.Step())
        {
            var thread = new Thread(() => other = Tensor.Ones<float>(Rows, Columns) * 2f);
            thread.Start();
            thread.Join();
        }
        Assert.All(other!.ToArray(), static v => Assert.Equal(2, v));
    }

    /// <summary>A graph that outlives its step cannot be differentiated, and nothing is written before that is found.</summary>
    [Fact]
    public void AGraphEndsWithItsStep()
    {
        using var poisoned = new Poisoned();
        var x = Leaf();
        Tensor<float> sum;
        using (Tensor.Step())
        {
            sum = (x * x).Sum();
            sum.Backward(retainGraph: true);
        }
        var before = x.Grad!.ToArray();
        Assert.Throws<InvalidOperationException>(() => sum.Backward());
        Assert.Equal(before, x.Grad!.ToArray());
    }

    [Fact]
    public void ALoopInStepsAllocatesNoLargeArrays()
    {
        var x = Leaf();
        for (var i = 0; i < 20; i++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) Step();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 50, 0, 20_000); // a matrix has 32 KB

        void Step()
        {
            using var step = Tensor.Step();
            x.ZeroGrad();
            ((x * 2f).Tanh() + x.LogSoftmax(1)).Exp().Sum().Backward();
        }
    }

    [Fact]
    public void TwoThreadsIntoOneLeaf()
    {
        using var poisoned = new Poisoned();
        var x = Leaf();
        Parallel.Invoke(Many, Many);
        Assert.All(x.Grad!.ToArray(), static g => Assert.Equal(20_000, g));

        void Many()
        {
            for (var i = 0; i < 10_000; i++)
            {
                using var step = Tensor.Step();
                x.Sum().Backward();
            }
        }
    }

    [Theory]
    [InlineData("static System.Collections.Generic.IEnumerable<int> F() { using var step = Tensor.Step(); yield return 1; }")]
    [InlineData("static async System.Threading.Tasks.Task F() { using var step = Tensor.Step(); await System.Threading.Tasks.Task.Yield(); }")]
    public void YieldAndAwaitInsideDoNotCompile(string function) =>
        Assert.Contains(Compilation.Errors($"using Surprisal; class C {{ {function} }}"), static error => error.Contains("CS4007", StringComparison.Ordinal));

    /// <summary>As the last batch of an epoch is.</summary>
    [Fact]
    public void ASmallerBatchTakesTheMemoryOfTheOthers()
    {
        var weight = Tensor.Randn<float>([Columns, Columns], random, requiresGrad: true);
        for (var i = 0; i < 20; i++) Step(Rows);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step(Rows - 24);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000); // one of its matrices has 20 KB

        void Step(int rows)
        {
            using var step = Tensor.Step();
            weight.ZeroGrad();
            Tensor.Ones<float>(rows, Columns).MatMul(weight).Tanh().LogSoftmax(1).Exp().Sum().Backward();
        }
    }

    private static Tensor<float> Leaf() => Tensor.Randn<float>([Rows, Columns], random, requiresGrad: true);
}
