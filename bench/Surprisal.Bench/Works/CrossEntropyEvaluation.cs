using System.Numerics.Tensors;

namespace Surprisal.Bench.Works;

/// <summary>Cross-entropy on spans, value and gradient in one call into memory that is there: of class indices, smoothed, or of probabilities; of any shape.</summary>
internal sealed class CrossEntropyEvaluation(string name, nint[] shape, double smoothing = 0, bool probabilities = false) : Work
{
    private readonly float[] logits = Tensor.Randn<float>(Sizes(shape), seed: 1).ToArray();
    private readonly float[] gradient = new float[TensorPrimitives.Product<nint>(shape)];
    private readonly float[] soft = probabilities ? Tensor.Rand<float>(Sizes(shape), seed: 2).ToArray() : [];
    private readonly long[] targets = probabilities ? [] : Tensor.RandInt<long>(0, (int)shape[1], Sizes(Samples(shape)), seed: 2).ToArray();
    private readonly CrossEntropyLoss loss = new() { LabelSmoothing = smoothing };

    public override string Name => $"evaluate cross-entropy {name}";

    public override string Request => $"\"work\": \"cross_entropy\", \"shape\": [{string.Join(", ", shape)}], \"smoothing\": {smoothing}, \"probabilities\": {(probabilities ? "true" : "false")}";

    public override void Run()
    {
        var x = new ReadOnlyTensorSpan<float>(logits, shape);
        var g = new TensorSpan<float>(gradient, shape);
        if (probabilities) loss.Evaluate(x, new ReadOnlyTensorSpan<float>(soft, shape), g);
        else loss.Evaluate(x, new ReadOnlyTensorSpan<long>(targets, Samples(shape)), g);
    }

    private static nint[] Samples(nint[] shape) => [shape[0], .. shape[2..]];

    private static int[] Sizes(nint[] shape) => Array.ConvertAll(shape, static size => (int)size);
}
