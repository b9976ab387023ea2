using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Dice loss of logits and class indices: for each class 1 - (2 I + s) / (P + T + s), s being
/// <see cref="RegionLoss.Smooth"/>.</summary>
/// <remarks>
/// <para>
/// Shapes are those of <see cref="CrossEntropyLoss"/>: (C) with a single target, (N, C) with (N), or (N, C, d1 .. dK) with (N, d1 .. dK).
/// Formula: Milletari, Navab and Ahmadi 2016, V-Net, which squares P; Sudre et al. 2017. PyTorch has no such function.
/// </para>
/// <inheritdoc cref="RegionLoss" path="/remarks/para"/>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Create&lt;float>([[2, 0], [0, 2], [1, 0]], requiresGrad: true);
/// var loss = new DiceLoss().Forward(logits, Tensor.Create&lt;long>([0, 1, 1]));
/// loss.Backward();
/// Console.WriteLine(loss);                    // tensor(0.2435, grad_fn=&lt;DiceBackward0>)
/// </code></example>
public sealed record DiceLoss : RegionLoss
{
    internal override string NodeName(int rank) => "DiceBackward0";

    private protected override RegionFormula Formula => Dice.Formula(Smooth);
}
