namespace Surprisal.Cuda;

/// <summary>Which kernel computes a loss of elements, and with which numbers.</summary>
/// <param name="Name">The kernel's.</param>
/// <param name="Options">Up to <see cref="ElementArguments.OptionCount"/>.</param>
internal sealed record ElementFormula(string Name, params double[] Options)
{
    /// <summary>Whether it computes in double, of differences.</summary>
    public bool IsDifference { get; private init; }

    /// <summary>Whether its slope is half of the derivative.</summary>
    public bool HalvesSlope => Name == Mse.Name;

    /// <exception cref="NotSupportedException">A loss without a kernel.</exception>
    public static ElementFormula Of(DenseLoss loss, bool isDouble) => loss switch
    {
        BceLoss => new(Bce.Name),
        BceWithLogitsLoss options => new(options.PosWeight is null ? BceWithLogits.Name : BceWithLogits.Weighted.Name),
        MultiLabelSoftMarginLoss => new(BceWithLogits.Name),
        FocalLoss options => new(Focal.Name, Focal.Options(options, isDouble)),
        KlDivLoss options => new(options.LogTarget ? KlDiv.OfLogarithm.Name : KlDiv.Name, options.ZeroTimesInfinityIsZero ? 1 : 0),
        SoftMarginLoss => new(SoftMargin.Name),
        MseLoss => Difference(Mse.Name),
        L1Loss or SmoothL1Loss { Beta: 0 } => Difference(L1.Name),
        SmoothL1Loss options => Difference(SmoothL1.Name, options.Beta, options.Beta / 2),
        HuberLoss options => Difference(Huber.Name, options.Delta, options.Delta / 2),
        _ => throw new NotSupportedException(
            $"{loss.GetType().Name} has no kernel on the GPU yet; evaluate on the CPU: inputs.Cpu()."),
    };

    private static ElementFormula Difference(string name, params double[] options) => new(name, options) { IsDifference = true };
}
