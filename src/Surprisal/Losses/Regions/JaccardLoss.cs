using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Jaccard loss of logits and class indices, of intersection over union: for each class 1 - (I + s) / (P + T - I + s).</summary>
/// <remarks>
/// <para>
/// Shapes are those of <see cref="CrossEntropyLoss"/>: (C) with a single target, (N, C) with (N), or (N, C, d1 .. dK) with (N, d1 .. dK).
/// s is <see cref="RegionLoss.Smooth"/>. Formula: Rahman and Wang 2016. PyTorch has no such function.
/// </para>
/// <inheritdoc cref="RegionLoss" path="/remarks/para"/>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Create&lt;float>([[2, 0], [0, 2], [1, 0]], requiresGrad: true);
/// var loss = new JaccardLoss().Forward(logits, Tensor.Create&lt;long>([0, 1, 1]));
/// loss.Backward();
/// Console.WriteLine(loss);                    // tensor(0.3255, grad_fn=&lt;JaccardBackward0>)
/// </code></example>
public sealed record JaccardLoss : RegionLoss
{
    internal override string NodeName(int rank) => "JaccardBackward0";

    private protected override RegionFormula Formula => Jaccard.Formula(Smooth);
}
