using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Kullback-Leibler divergence, in nats: t (ln t - x) for each element, of log-probabilities x and probabilities t.</summary>
/// <remarks>
/// <para>
/// Inputs of any shape are log-probabilities, as <c>LogSoftmax</c> makes them; targets are probabilities, or with <see cref="LogTarget"/>
/// their logarithms, in a shape that broadcasts to the inputs'. On the tape either broadcasts to the other. A target of 0 costs 0, but NaN
/// where the input is infinite, as in PyTorch, unless <see cref="ZeroTimesInfinityIsZero"/>. Gradients: -t with respect to the inputs and
/// ln t + 1 - x with respect to the targets, NaN at a target of 0; with <see cref="LogTarget"/> -exp(t) and exp(t) (t + 1 - x).
/// </para>
/// <para>
/// The mean divides by the number of elements, which is not the divergence of distributions: that is <see cref="Reduction.BatchMean"/>,
/// the sum over the inputs' own first dimension. Sample weights count in both divisors; rows of weight 0 are as if they were not there.
/// Values follow PyTorch's <c>nn.KLDivLoss</c>. Formula: Kullback and Leibler 1951; Goodfellow, Bengio, Courville, Deep Learning, 3.13.
/// </para>
/// </remarks>
/// <example><code>
/// var student = Tensor.Create&lt;float>([[1, 2], [1, 3]]).LogSoftmax(1);
/// var teacher = Tensor.Create&lt;float>([[0.5f, 0.5f], [0.2f, 0.8f]]);
/// var loss = new KlDivLoss { Reduction = Reduction.BatchMean };
/// Console.WriteLine(loss.Forward(student, teacher));                      // tensor(0.0733)
/// </code></example>
public sealed record KlDivLoss : DenseLoss
{
    /// <summary>Whether the targets are logarithms of probabilities too. Default false.</summary>
    public bool LogTarget { get; init; }

    /// <summary>
    /// Whether a probability of 0 contributes 0 also where its input is infinite, instead of PyTorch's NaN; with <see cref="LogTarget"/> in
    /// the targets' gradient too. Default false.
    /// </summary>
    public bool ZeroTimesInfinityIsZero { get; init; }

    internal override string NodeName(int rank) => Reduction switch
    {
        Reduction.Mean => "MeanBackward0",
        Reduction.BatchMean when rank > 0 => "DivBackward0",
        Reduction.Sum or Reduction.BatchMean => "SumBackward0",
        _ => LogTarget ? "MulBackward0" : "SubBackward0",
    };

    private protected override bool Broadcasts => true;

    private protected override string Allowed => "it is None, Mean, Sum or BatchMean";

    private protected override bool Allows(Reduction reduction) => reduction == Reduction.BatchMean || base.Allows(reduction);

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        if (!targets.SequenceEqual(inputs)) DenseTargetShape.Broadcast(inputs, targets, names); // refuses what does not broadcast
    }

    private protected override Divisor DivisorOf<T>(in DenseTask<T> task)
    {
        if (Reduction != Reduction.BatchMean) return base.DivisorOf(task);
        if (task.SampleWeights.IsEmpty) return new(task.Batch, task.Batch == 0);
        var weighted = base.DivisorOf(task);
        return weighted with { Value = weighted.Value * task.Batch / task.Inputs.Length };
    }

    internal override double MeanDivisor(ReadOnlySpan<nint> shape) =>
        Reduction != Reduction.BatchMean ? base.MeanDivisor(shape) : shape.IsEmpty ? 1 : shape[0];

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) =>
        LogTarget
            ? Pointwise(task, new KlDiv<T>.OfLogarithm(ZeroTimesInfinityIsZero), scale)
            : Pointwise(task, new KlDiv<T>(ZeroTimesInfinityIsZero), scale);
}
