namespace Surprisal.Cli.Report;

/// <summary>
/// Where numbers lie between two ends, with ticks at round ones. Numbers that are not finite do not count; without any it goes from 0 to 1.
/// </summary>
internal sealed class Axis
{
    private const double Largest = 1e300, Smallest = 1e-300; // beyond them a number is at the edge, or 0: spans stay finite

    private Axis(double low, double high, IEnumerable<double> ticks, bool isLog = false)
    {
        (Low, High, IsLog, Ticks) = (low, high, isLog, [.. ticks.Where(tick => tick >= low && tick <= high)]);
        Labels = TickLabels.Of(Ticks, alone: isLog && high / low >= 100);
    }

    public double Low { get; }

    public double High { get; }

    public bool IsLog { get; }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>A text for each tick.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>From a tick at or below all numbers to one at or above.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="most">How many ticks there may be; 3 or more.</param>
    public static Axis Linear(IEnumerable<double> values, int most)
    {
        var (low, high) = Range(values);
        var step = RoundStep.Covering(low, high, most);
        var (first, last) = (step.AtOrBelow(low), step.AtOrAbove(high));
        return new Axis(step.At(first), step.At(last), Multiples(step, first, last));
    }

    /// <summary>Exactly from the first number to the last, with ticks at whole ones.</summary>
    public static Axis Whole(IEnumerable<double> values, int most)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        if (known.Length == 0) return Linear(known, most);
        var (low, high) = (Math.Max(known.Min(), -Largest), Math.Min(known.Max(), Largest));
        var step = RoundStep.Within(low, high, most);
        return new Axis(low, high, Multiples(step, step.AtOrAbove(low), step.AtOrBelow(high)));
    }

    /// <summary>From 0 to 1, whatever the numbers.</summary>
    public static Axis Unit(IEnumerable<double> values, int most) => Linear([0, 1], Math.Min(most, 6));

    /// <summary>Equal distances for equal ratios of the positive numbers; all others are at its lower end.</summary>
    public static Axis Log(IEnumerable<double> values, int most)
    {
        double[] known = [.. values.Where(static value => value >= Smallest && double.IsFinite(value))];
        if (known.Length == 0) known = [1];
        var (low, high) = (known.Min(), Math.Min(known.Max(), Largest));
        foreach (var digits in (int[][])[[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]])
            if (Decades(low, high, 1, digits) is var ticks && Array.FindAll(ticks, tick => tick >= low && tick <= high).Length >= 3
                && ticks.Length <= most)
                return Covering(ticks);
        if (high / low < 100)
        {
            var linear = Linear([low, high], most);
            return new Axis(linear.Low > 0 ? linear.Low : low, linear.High, linear.Ticks, isLog: true);
        }
        for (var stride = 1; ; stride++)
            if (Decades(low, high, stride, [1]) is var ticks && ticks.Length <= most) return Covering(ticks);

        // It ends at the digit around the numbers, not at the tick, which may be far.
        Axis Covering(double[] ticks)
        {
            var digits = Decades(low, high, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
            return new Axis(digits[0], digits[^1], ticks, isLog: true);
        }
    }

    /// <summary>The axis with most ticks whose labels have space beside each other.</summary>
    public static Axis Fitting(Func<IEnumerable<double>, int, Axis> make, IReadOnlyCollection<double> values, double width)
    {
        for (var most = 8; most > 3; most--)
            if (make(values, most) is var axis && axis.Labels.Sum(static label => Svg.WidthOf(label) + Svg.Size) <= width) return axis;
        return make(values, 3);
    }

    /// <summary>From 0 at the low end to 1 at the high one; what is outside is at the end.</summary>
    public double Place(double value)
    {
        var (at, low, high) = IsLog ? (Math.Log(Math.Max(value, Low)), Math.Log(Low), Math.Log(High)) : (value, Low, High);
        return high > low ? Math.Clamp((at - low) / (high - low), 0, 1) : 0.5;
    }

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        double[] known = [.. values.Where(double.IsFinite)
            .Select(static value => Math.Abs(value) < Smallest ? 0 : Math.Clamp(value, -Largest, Largest))];
        if (known.Length == 0) return (0, 1);
        var (low, high) = (known.Min(), known.Max());
        var size = Math.Max(Math.Abs(low), Math.Abs(high));
        return high - low > 1e-12 * size ? (low, high) : size == 0 ? (0, 1) : (low - size / 10, high + size / 10);
    }

    private static IEnumerable<double> Multiples(RoundStep step, double first, double last)
    {
        for (var multiple = first; multiple <= last; multiple++) yield return step.At(multiple);
    }

    /// <summary>Digits of every decade, or of every other one, from one at or below the numbers to one at or above.</summary>
    private static double[] Decades(double low, double high, int stride, int[] digits)
    {
        var first = (int)Math.Floor(Math.Log10(low)) - 1;
        first -= ((first % stride) + stride) % stride;
        var ticks = new List<double>();
        for (var exponent = first; ticks.Count == 0 || ticks[^1] < high; exponent += stride)
            foreach (var digit in digits)
                if (ticks.Count == 0 || ticks[^1] < high) ticks.Add(new RoundStep(digit, exponent).At(1));
        return [.. ticks.Skip(ticks.FindLastIndex(tick => tick <= low))];
    }
}
