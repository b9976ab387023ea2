namespace Surprisal.Bench.Results;

/// <summary>One side of a <see cref="LinearPoint"/>.</summary>
/// <param name="Milliseconds">The median over the rounds.</param>
/// <param name="Speed">The time of the products in units of it: the median of the rounds' ratios.</param>
/// <param name="ExtraBytes">The most resident memory above inputs and gradients.</param>
/// <param name="Configuration">Which one was the faster; empty where there is one alone.</param>
internal sealed record LinearSide(double Milliseconds, double Speed, double ExtraBytes, string Configuration = "")
{
    /// <summary>To the digits that a machine gives.</summary>
    public LinearSide Rounded() => this with
    {
        Milliseconds = ResultFile.Rounded(Milliseconds), Speed = ResultFile.Rounded(Speed), ExtraBytes = ResultFile.Rounded(ExtraBytes),
    };
}
