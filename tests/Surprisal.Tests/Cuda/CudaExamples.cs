using System.Runtime.InteropServices;
using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>The code of docs/cuda.md, which runs where there is a card.</summary>
public sealed class CudaExamples
{
    private readonly Tensor<float> logits = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]);
    private readonly Tensor<long> targets = Tensor.Create<long>([0, 1, 1]);

    [Fact]
    public void The_examples_run_where_there_is_a_card()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _), "there is no NVIDIA driver.");
        Evaluate();
        Tape();
        Linear();
    }

    /// <summary>What TorchSharp has in GPU memory, or ONNX Runtime; the address is theirs.</summary>
    internal static double Foreign(ulong address, int rows, int classes, object owner, CudaTensor<long> targets)
    {
        // snippet: cuda-foreign
        using var x = CudaTensor<float>.From(address, new[] { rows, classes }, stream: 0, owner);
        double value = new CrossEntropyLoss().Evaluate(x, targets, gradient: x); // their logits become the gradient, without a copy
        // end
        return value;
    }

    private void Evaluate()
    {
        // snippet: cuda-evaluate
        using var x = logits.Cuda();
        using var t = targets.Cuda();
        var result = new CrossEntropyLoss { LabelSmoothing = 0.1 }.Evaluate(x, t, gradient: x); // the gradient in place
        var gradient = x.Cpu();
        // end
        Assert.Equal(new CrossEntropyLoss { LabelSmoothing = 0.1 }.Forward(logits, targets).Item(), (float)result.Value);
        Assert.Equal(logits.Shape, gradient.Shape);
    }

    private void Linear()
    {
        var (hidden, weight) = (Tensor.Create<float>([[1, 2], [1, 3], [1, 4]]), Tensor.Create<float>([[1, 0], [0, 1]], requiresGrad: true));
        // snippet: cuda-linear
        using var x = hidden.Cuda();
        using var w = weight.Cuda();
        using var t = targets.Cuda();
        x.RequiresGrad = w.RequiresGrad = true;
        using var loss = F.LinearCrossEntropy(x, w, t, products: CudaProducts.Own);
        loss.Backward();
        var gradient = w.Grad!.Cpu();
        // end
        Scores(x, w, t);
        var expected = F.LinearCrossEntropy(hidden, weight, targets);
        expected.Backward();
        Assert.Equal(expected.Item(), loss.Item());
        Assert.Equal(weight.Grad!.ToArray(), gradient.ToArray());
    }

    private static void Scores(CudaTensor<float> x, CudaTensor<float> w, CudaTensor<long> t)
    {
        // snippet: cuda-scores
        var loss = new LinearCrossEntropyLoss { Temperature = 0.8 };
        using var next = loss.LogProbabilities(x, w, t); // of each row's own token
        var (classes, logProbabilities) = loss.TopK(x, w, count: 2);
        using (classes)
        using (logProbabilities)
            Console.WriteLine($"{classes.Cpu()} {logProbabilities.Cpu()}");
        // end
        Assert.Equal(3, next.Shape[0]);
    }

    private void Tape()
    {
        // snippet: cuda-tape
        using var x = logits.Cuda();
        using var t = targets.Cuda();
        x.RequiresGrad = true;
        using var loss = F.CrossEntropy(x, t, weight: [1, 2]);
        loss.Backward(); // returns before the GPU has done it
        var value = loss.Item(); // waits
        var gradient = x.Grad!.Cpu();
        // end
        Assert.Equal(F.CrossEntropy(logits, targets, weight: [1, 2]).Item(), value);
        Assert.Equal(logits.Shape, gradient.Shape);
    }
}
