using Surprisal.Modules;
using Surprisal.Tests.Kernels;
using Surprisal.Training;

namespace Surprisal.Tests.Autograd;

/// <summary>
/// Who can hold a tensor when the step that made it ends: each has its numbers, or the exception, under poison; see <see cref="StepScopeTests"/>.
/// </summary>
[Collection(Serial.Name)]
public sealed class StepHolderTests : IDisposable
{
    private const int Rows = 64, Columns = 128;

    private static readonly Seed random = new(1);

    private readonly Poisoned poisoned = new();
    private readonly Tensor<float> x = Tensor.Randn<float>([Rows, Columns], random, requiresGrad: true);

    public void Dispose() => poisoned.Dispose();

    [Fact]
    public void FieldsOfModules()
    {
        var module = new Remembering();
        using (Tensor.Step()) module.Forward(x);
        MoreSteps();
        AssertGone(module.Last!);
        Assert.Equal(Times(3), module.Kept!.ToArray());
    }

    [Fact]
    public void Hooks()
    {
        Tensor<float>? seen = null, kept = null, ofLeaf = null;
        using (Tensor.Step())
        {
            var y = x * 2f;
            y.RegisterHook(gradient => seen = gradient);
            y.RegisterHook(gradient => kept = (gradient * x.Detach()).Keep());
            x.RegisterHook(gradient => ofLeaf = gradient.Keep());
            (y * 1f).Sum().Backward();
        }
        MoreSteps();
        AssertGone(seen!);
        Assert.Equal(Times(1), kept!.ToArray());
        Assert.Equal(Times(2), ofLeaf!.ToArray());
        Assert.Equal(Times(2), x.Grad!.ToArray());
    }

    [Fact]
    public void FunctionsOfOnesOwn()
    {
        Tensor<float>? gradient = null, result = null, kept = null;
        using (Tensor.Step())
        {
            Tensor.Function("Own", [x], () => kept = x * 2f, (g, y) =>
            {
                (gradient, result) = (g, y);
                return [g * 3f];
            }).Sum().Backward();
            kept!.Keep();
        }
        MoreSteps();
        AssertGone(gradient!);
        Assert.Equal(Times(2), kept.ToArray());
        Assert.Equal(Times(2), result!.ToArray()); // over the memory that was kept
        Assert.All(x.Grad!.ToArray(), static g => Assert.Equal(3, g));
    }

    [Fact]
    public void CallbacksOfTheTrainer()
    {
        var (logits, batches) = (new List<Tensor<float>>(), new List<Batch>());
        var data = new TensorDataset(x.Detach(), Tensor.Zeros<long>(Rows), ["one", "other"]);
        var loader = new DataLoader(data, 40)
        {
            Collate = (dataset, samples) =>
            {
                batches.Add(Batch.Collate(dataset, samples));
                return batches[^1];
            },
        };
        var model = new Linear(Columns, 2, random);
        var trainer = new Trainer(model, (output, targets) =>
        {
            logits.Add(output);
            return new CrossEntropyLoss().Forward(output, targets);
        }, new Sgd(model.Parameters(), 0.1));
        trainer.Fit(loader, loader, 2);
        MoreSteps();
        Assert.Equal(8, batches.Count);
        Assert.Equal(x.ToArray(), batches[0].Inputs.ToArray().Concat(batches[1].Inputs.ToArray()));
        foreach (var output in logits) AssertGone(output);
    }

    [Fact]
    public void ArraysOfTheUsers()
    {
        var (array, gradient) = (x.ToArray(), Enumerable.Repeat(2f, Rows * Columns).ToArray());
        Tensor<float> created;
        using (Tensor.Step())
        {
            created = Tensor.Create<float>(array, [Rows, Columns]);
            var wrapped = Tensor.Wrap<float>(array, [Rows, Columns], requiresGrad: true);
            (wrapped + wrapped.Reshape(Columns, Rows).Reshape(Rows, Columns)).Backward(Tensor.Wrap<float>(gradient, [Rows, Columns]));
            wrapped.ZeroGrad();
        }
        MoreSteps();
        Assert.Equal(x.ToArray(), array);
        Assert.Equal(x.ToArray(), created.ToArray());
        Assert.All(gradient, static g => Assert.Equal(2, g));
    }

    /// <summary>Both edges of a product, a module used twice, a gradient that its reader overwrites while it is kept, one that was given.</summary>
    [Fact]
    public void SeveralReadersOfOneGradient()
    {
        var linear = new Linear(Columns, Columns, random);
        var (outside, inStep) = (Gradients(default), Gradients(Tensor.Step()));
        MoreSteps();
        Assert.Equal(outside.Select(static gradient => gradient.ToArray()), inStep.Select(static gradient => gradient.ToArray()));
        Assert.DoesNotContain(outside[0].ToArray(), float.IsNaN);

        Tensor<float>[] Gradients(StepScope scope)
        {
            using var step = scope;
            foreach (var leaf in (Tensor<float>[])[x, .. linear.Parameters()]) leaf.ZeroGrad();
            var y = (x * x).LogSoftmax(1);
            y.RetainGrad();
            linear.Forward(linear.Forward(y)).Softmax(1).Backward(Tensor.Ones<float>(Rows, Columns) * x.Detach());
            return [x.Grad!, y.Grad!, linear.Parameters().First().Grad!];
        }
    }

    [Fact]
    public void GradientsThatWereGivenSetOrAddedUp()
    {
        var (y, z) = (Tensor.Zeros<float>([Rows, Columns], requiresGrad: true), Tensor.Zeros<float>([Rows, Columns], requiresGrad: true));
        for (var i = 0; i < 3; i++)
        {
            using var step = Tensor.Step();
            var gradient = x.Detach() * 2f;
            y.Grad = gradient;
            z.Backward(gradient); // PyTorch's z.grad would be the gradient itself
        }
        MoreSteps();
        Assert.Equal(Times(2), y.Grad!.ToArray());
        Assert.Equal(Times(6), z.Grad!.ToArray());
    }

    [Fact]
    public void FinalizersThatReadOrRevive()
    {
        var read = new List<float[]?>();
        using (Tensor.Step())
        {
            Hold(x.Detach() * 2f, read);
            Hold((x.Detach() * 3f).Keep(), read);
        }
        Hold(x.Detach() * 4f, read); // outside a step, found dead by the collector
        MoreSteps();
        for (var i = 0; i < 20 && read.Count < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(3, read.Count);
        Assert.Single(read, static numbers => numbers is null);
        foreach (var factor in (float[])[3, 4])
            Assert.Contains(read, numbers => numbers is not null && numbers.SequenceEqual(Times(factor)));

        static void Hold(Tensor<float> tensor, List<float[]?> read) => _ = new Finalized(tensor, read);
    }

    [Fact]
    public void WhatAFirstStepMakesAndLaterOnesUse()
    {
        var norm = new BatchNorm2d(2);
        var total = Tensor.Zeros<float>(Rows, Columns);
        Tensor<float>? sum = null;
        IReadOnlyDictionary<string, Tensor>? best = null;
        using (Tensor.Step())
        {
            norm.Forward(x.Reshape(Rows, 2, 8, 8));
            total += x.Detach();
            sum = x.Detach() + 1f;
            best = new Linear(Columns, Columns, random).StateDictionary();
        }
        MoreSteps();
        foreach (var state in norm.StateDictionary().Values.Concat(best.Values).OfType<Tensor<float>>()) Assert.DoesNotContain(state.ToArray(), float.IsNaN);
        Assert.Equal(Times(1), total.ToArray());
        Assert.EndsWith("Keep() it inside the step.", Assert.Throws<InvalidOperationException>(() => sum + x).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ViewsOfWhatIsKept()
    {
        Tensor<float> whole, row;
        using (Tensor.Step())
        {
            whole = x.Detach() * 2f;
            row = whole[3].Keep();
        }
        MoreSteps();
        Assert.Equal(Times(2), whole.ToArray());
        Assert.Equal(Times(2)[(3 * Columns)..(4 * Columns)], row.ToArray());
    }

    private float[] Times(float factor) => [.. x.ToArray().Select(value => value * factor)];

    private static void AssertGone(Tensor<float> tensor) => Assert.Throws<InvalidOperationException>(() => tensor.ToArray());

    /// <summary>Takes and poisons all memory that came back.</summary>
    private void MoreSteps()
    {
        for (var i = 0; i < 3; i++)
            using (Tensor.Step()) _ = (x.Detach() * 5f).Exp() + 1f;
    }

    private sealed class Remembering : Module
    {
        public Tensor<float>? Last { get; private set; }

        public Tensor<float>? Kept { get; private set; }

        public override Tensor<float> Forward(Tensor<float> input)
        {
            (Last, Kept) = (input * 2f, (input * 3f).Keep());
            return Last;
        }
    }

    private sealed class Finalized(Tensor<float> tensor, List<float[]?> read)
    {
#pragma warning disable MA0055 // what a finalizer reads is the question
        ~Finalized()
        {
            try
            {
                read.Add(tensor.ToArray());
            }
            catch (InvalidOperationException)
            {
                read.Add(null);
            }
        }
#pragma warning restore MA0055
    }
}
