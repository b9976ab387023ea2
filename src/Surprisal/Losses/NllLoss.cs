using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Negative log-likelihood of log-probabilities and class indices, in nats: -w[t] x[t] for each sample.</summary>
/// <remarks>
/// <para>
/// Inputs are log-probabilities as <c>LogSoftmax</c> makes them, used as they are; shapes (C) with a single target, (N, C) with (N),
/// or (N, C, d1 .. dK) with (N, d1 .. dK). The gradient is -w[t] at the target and exactly 0 elsewhere.
/// </para>
/// <para>Values follow PyTorch's <c>nn.NLLLoss</c>.</para>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Create&lt;float>([[1, 2], [1, 3], [1, 3]]);
/// var targets = Tensor.Create&lt;byte>([0, 1, 1]);
/// Console.WriteLine(new NllLoss().Forward(logits.LogSoftmax(1), targets));    // tensor(0.5224)
/// Console.WriteLine(new CrossEntropyLoss().Forward(logits, targets));         // tensor(0.5224)
/// </code></example>
public sealed record NllLoss : ClassIndexLoss
{
    internal override string NodeName(int rank) => rank > 2 ? "NllLoss2DBackward0" : "NllLossBackward0";

    internal override void WriteBlock<T>(in ClassBlock<T> block) => Nll.Run(block);
}
