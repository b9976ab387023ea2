namespace Surprisal.Tests.Losses;

/// <summary>
/// SampledSoftmaxLoss over all classes at 0, 1, 0.5, -1, both infinities and NaN of logits: what CrossEntropyLoss makes of the same logits, whose own table is
/// compared with PyTorch's formulas.
/// </summary>
public sealed class EdgeTableOfSampledTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void OfIndices(int target)
    {
        foreach (var logits in EdgeNumbers.Triples)
        {
            Tensor<double> bias = Tensor.Create<double>(logits, [3], requiresGrad: true), dense = Tensor.Create<double>(logits, [3], requiresGrad: true);
            var loss = new SampledSoftmaxLoss { Samples = 3 }.Forward(
                Tensor.Zeros<double>([1]), Tensor.Zeros<double>([3, 1]), Tensor.Scalar<long>(target), step: 0, bias);
            var expected = new CrossEntropyLoss().Forward(dense, Tensor.Scalar<long>(target));
            loss.Backward();
            expected.Backward();
            var about = $"logits {string.Join(" ", logits)}, target {target}";
            Near.Equal(expected.ToArray(), loss.ToArray(), about, 1e-14, 1e-14);
            Near.Equal(dense.Grad!.ToArray(), bias.Grad!.ToArray(), about, 1e-14, 1e-14);
        }
    }
}
