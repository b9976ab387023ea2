using System.Numerics.Tensors;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>
/// The last layer of a language model with its loss, forward and backward on the tape in a <see cref="Tensor.Step"/>: hidden states by
/// weights to logits, cross-entropy, gradients of both.
/// </summary>
internal sealed record OutputLayer(int Rows, int Hidden, int Classes)
    : Work($"output layer {Named(Rows)} x {Named(Hidden)} x {Named(Classes)} with its loss, in Tensor.Step")
{
    private const float Deviation = 0.02f;

    public override long Logits => (long)Rows * Classes;

    /// <summary>Hidden states behind a normalisation, a weight as GPT-2 begins with, and tokens.</summary>
    public static (float[] Hidden, float[] Weight, long[] Targets) Data(int rows, int hidden, int classes)
    {
        var weight = Normal([classes, hidden]);
        TensorPrimitives.Multiply(weight, Deviation, weight);
        return (Normal([rows, hidden]), weight, Whole(classes, [rows]));
    }

    public override Prepared Prepare()
    {
        var (x, w, y) = Data(Rows, Hidden, Classes);
        var hidden = Tensor.Wrap<float>(x, [Rows, Hidden], requiresGrad: true);
        var weight = Tensor.Wrap<float>(w, [Classes, Hidden], requiresGrad: true);
        var targets = Tensor.Wrap<long>(y, [Rows]);
        var last = 0f;
        return new Prepared(Run, () => [last, MeanSquare(hidden.Grad!.AsReadOnlySpan())], x, w, y);

        void Run()
        {
            using var step = Tensor.Step();
            hidden.ZeroGrad();
            weight.ZeroGrad();
            var loss = Functional.CrossEntropy(hidden.MatMul(weight.Transpose(0, 1)), targets);
            loss.Backward();
            last = loss.Item();
        }
    }
}
