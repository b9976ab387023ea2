using System.Numerics.Tensors;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>
/// Another loss over classes on spans, value and gradient in one call: NLL, the focal loss, or the Kullback-Leibler divergence.
/// </summary>
/// <param name="Loss">Its name in PyTorch's words.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Classes">How many classes.</param>
internal sealed record OtherLoss(string Loss, int Rows, int Classes) : Work($"{Loss} {Named(Rows)} x {Named(Classes)}")
{
    public const string Nll = "nll_loss", Focal = "focal_loss", KlDivergence = "kl_div";

    public override long Logits => (long)Rows * Classes;

    /// <summary>NLL reads one logit of a row and writes all of its gradient; a divergence reads as many targets as it has logits.</summary>
    public override int Passes => Loss switch { Nll => 1, KlDivergence => 3, _ => 2 };

    public override Prepared Prepare()
    {
        float[] x = Normal([Rows, Classes]), gradient = new float[Logits];
        if (Loss != Focal) SpanFunctions.LogSoftmax(Matrix(x), 1, new TensorSpan<float>(x, [Rows, Classes]));
        var value = 0.0;
        if (Loss == KlDivergence)
        {
            var (divergence, p) = (new KlDivLoss { Reduction = Reduction.BatchMean }, Uniform([Rows, Classes]));
            SpanFunctions.Softmax(Matrix(p), 1, new TensorSpan<float>(p, [Rows, Classes]));
            return new Prepared(() => value = divergence.Evaluate(Matrix(x), Matrix(p), Gradient()), Answer, x, p);
        }
        ClassIndexLoss loss = Loss == Nll ? new NllLoss() : new SoftmaxFocalLoss();
        var y = Whole(Classes, [Rows]);
        return new Prepared(() => value = loss.Evaluate(Matrix(x), new ReadOnlyTensorSpan<long>(y), Gradient()), Answer, x, y);

        double[] Answer() => [value, MeanSquare(gradient)];
        ReadOnlyTensorSpan<float> Matrix(float[] numbers) => new(numbers, [Rows, Classes]);
        TensorSpan<float> Gradient() => new(gradient, [Rows, Classes]);
    }
}
