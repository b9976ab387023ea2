using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Tversky loss of logits and class indices: for each class 1 - (I + s) / (I + alpha (P - I) + beta (T - I) + s).</summary>
/// <remarks>
/// <para>
/// Shapes are those of <see cref="CrossEntropyLoss"/>: (C) with a single target, (N, C) with (N), or (N, C, d1 .. dK) with (N, d1 .. dK).
/// s is <see cref="RegionLoss.Smooth"/>. With an alpha and beta of 1/2 it is Dice with half the smoothing, of 1 Jaccard. Formula: Salehi,
/// Erdogmus and Gholipour 2017. PyTorch has no such function.
/// </para>
/// <inheritdoc cref="RegionLoss" path="/remarks/para"/>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Create&lt;float>([[2, 0], [0, 2], [1, 0]], requiresGrad: true);
/// var loss = new TverskyLoss().Forward(logits, Tensor.Create&lt;long>([0, 1, 1]));
/// loss.Backward();
/// Console.WriteLine(loss);                    // tensor(0.1945, grad_fn=&lt;TverskyBackward0>)
/// </code></example>
public sealed record TverskyLoss : RegionLoss
{
    /// <summary>How much counts what is predicted and not there: false positives. Default 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double Alpha { get; init => field = NotNegative(value, nameof(Alpha)); } = 0.5;

    /// <summary>How much counts what is there and not predicted: false negatives. Default 0.5; more finds more of small regions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double Beta { get; init => field = NotNegative(value, nameof(Beta)); } = 0.5;

    internal override string NodeName(int rank) => "TverskyBackward0";

    private protected override RegionFormula Formula => Tversky.Formula(Smooth, Alpha, Beta);
}
