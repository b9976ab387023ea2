namespace Surprisal.Bench.Accuracy;

/// <summary>Something that both sides compute from the same stored numbers.</summary>
/// <param name="Name">The row of the table.</param>
/// <param name="Type">PyTorch's name of the element type.</param>
/// <param name="IsLoss">Whether the value is one that the library promises digits of: a loss or one sample's.</param>
/// <param name="IsReduced">Whether the value is a mean or a sum.</param>
/// <param name="Run">Writes the inputs and Surprisal's value and gradient into a folder; returns the request for the judge, the fields of a
/// JSON object.</param>
internal sealed record Case(string Name, string Type, bool IsLoss, bool IsReduced, Func<string, string> Run)
{
    /// <summary>The ulps that a loss may be off.</summary>
    public double Promise => !IsLoss ? double.PositiveInfinity : IsReduced ? 1 : 2;
}
