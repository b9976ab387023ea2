namespace Surprisal.Cli.Runs;

/// <summary>The mean of some numbers and how far they are from it: the standard deviation over n - 1, NaN for fewer than two.</summary>
internal readonly record struct Spread(double Mean, double Deviation)
{
    public static Spread Of(IReadOnlyCollection<double> numbers)
    {
        if (numbers.Count == 0) return new(double.NaN, double.NaN);
        var mean = numbers.Average();
        return new(mean,
            numbers.Count < 2 ? double.NaN : Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / (numbers.Count - 1)));
    }
}
