namespace Surprisal.Tests.Conformance;

/// <summary>One comparison with PyTorch: what was computed, with which options, how many numbers, and how far off the farthest was.</summary>
/// <param name="Function">As PyTorch calls it: cross_entropy, class indices.</param>
/// <param name="Options">The options that the case sets, by PyTorch's names: weight, label_smoothing.</param>
/// <param name="Element">float32 or float64.</param>
/// <param name="Numbers">How many numbers were compared: values and gradients.</param>
/// <param name="Ulps">The largest deviation, in units of the last place of the largest number of its tensor.</param>
internal sealed record Compared(string Function, string Options, string Element, int Numbers, double Ulps)
{
    /// <summary>Compares a tensor's numbers with torch.testing's tolerances, and measures.</summary>
    public static Compared Of<T>(string function, string options, ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, string about)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Losses.Near.Equal(expected, actual, $"{function} ({options}), {about}");
        var largest = 0.0;
        foreach (var e in expected) if (double.IsFinite(e)) largest = Math.Max(largest, Math.Abs(e));
        var unit = largest == 0 ? 0
            : typeof(T) == typeof(float) ? MathF.BitIncrement((float)largest) - (double)(float)largest
            : Math.BitIncrement(largest) - largest;
        var farthest = 0.0;
        for (var i = 0; i < expected.Length; i++)
            if (double.IsFinite(expected[i]) && unit > 0)
                farthest = Math.Max(farthest, Math.Abs(double.CreateTruncating(actual[i]) - expected[i]) / unit);
        return new(function, options, typeof(T) == typeof(float) ? "float32" : "float64", expected.Length, farthest);
    }
}
