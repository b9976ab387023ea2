using System.Globalization;

namespace Surprisal;

/// <summary>What weights of classes and of elements do alike with their numbers.</summary>
internal static class WeightValues
{
    public static double[] Widen(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), static value => (double)value);

    /// <exception cref="ArgumentOutOfRangeException">No such weight.</exception>
    public static double At(double[] values, int index) => (uint)index < (uint)values.Length ? values[index]
        : throw new ArgumentOutOfRangeException(nameof(index),
            $"index is {index}, but there are {values.Length} weights, counted from 0.");

    /// <summary>A list, the same in every culture: [1, 2.5].</summary>
    public static string List(double[] values) =>
        $"[{string.Join(", ", values.Select(static value => value.ToString(CultureInfo.InvariantCulture)))}]";
}
