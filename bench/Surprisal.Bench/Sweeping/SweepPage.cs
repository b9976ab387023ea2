using Surprisal.Cli.Bench;
using System.Globalization;
using System.Text;
using Surprisal.Training;

namespace Surprisal.Bench.Sweeping;

/// <summary>The section "Functions" of docs/accuracy.md, between its markers; the rest of the page is others'.</summary>
internal static class SweepPage
{
    private const string Begin = "<!-- functions -->", End = "<!-- /functions -->";

    public static void Write(string path, string section)
    {
        var page = File.Exists(path) ? File.ReadAllText(path) : $"# Accuracy\n\n{Begin}\n{End}\n";
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidDataException($"{path} has no {Begin} ... {End} to write between.");
        var text = $"{page[..(begin + Begin.Length)]}\n{section}{page[end..]}";
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    public static string Section(
        IReadOnlyList<(string Name, SweepResult Result)> functions, IReadOnlyList<(string Name, long Count, long Different)> forms,
        (string Version, Dictionary<string, (double Error, float At, double Share)> Functions) torch, (int Count, double Error)? truth)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Functions

            Every float there is, {functions[0].Result.Count:N0} numbers and the NaNs, went through each function in lanes. The error is
            |computed - true| in units of the last place that floats have at the true value, down to the smallest denormal; a wrong NaN
            or infinity, or the wrong sign of a zero, would count as infinite, an overflow as 2^128. 0.5 is the best there can be; "not
            the nearest" is the share of inputs whose answer is not the float nearest to the truth. "Falls" counts neighbours x < x'
            with f(x) > f(x'): all of these functions rise.

            ```
            dotnet run -c Release --project bench/Surprisal.Bench -- sweep [--short] [name ...] [--write docs/accuracy.md]
            ```

            | function | maximum error, ulp | at | not the nearest | falls | PyTorch, ulp | at | not the nearest |
            |---|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var (name, r) in functions)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Above(r.Error)} | {r.At:R} | {r.Share:P2} | {r.Falls:N0} |");
            text.Append(torch.Functions.TryGetValue(name, out var t)
                ? string.Create(CultureInfo.InvariantCulture, $" {Above(t.Error)} | {t.At:R} | {t.Share:P2} |\n")
                : " - | - | - |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"""

            The maximum is rounded up in its last digit; a test reads this table and holds the functions to it. softplus is the one with
            beta 1 and threshold 20. Exactly: exp(±0) = 1, exp(-∞) = 0, expm1(±0) = ±0, expm1(-∞) = -1, log(1) = 0, log(±0) = -∞,
            log1p(±0) = ±0, log1p(-1) = -∞, sigmoid(-∞) = 0, sigmoid(∞) = 1, softplus(-∞) = 0, log-sigmoid(∞) = 0, tanh(±0) = ±0,
            tanh(±∞) = ±1; exp overflows above 88.72284 and is 0 below -103.97208, where the nearest floats are; logarithms of negative
            numbers are NaN, and so is every function of NaN.

            The kernels take shorter forms where they know the range. They give the same bits:


            """);
        foreach (var (name, count, different) in forms)
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {different:N0} of {count:N0} differ\n");
        text.Append("\nThe truth is computed in double from the C library's `exp` and `log`, " +
            "with forms that cancel their roundings (`SweepTruth`). ");
        if (truth is { } checkedTruth)
            text.Append(CultureInfo.InvariantCulture, $"At {checkedTruth.Count:N0} points it is within {checkedTruth.Error:0.0e+0} of " +
                $"mpmath's 60 digits, relatively: {checkedTruth.Error * (1 << 24):0.0e+0} ulp of a float.");
        text.Append('\n');
        if (torch.Version.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"PyTorch {torch.Version} on the CPU, " +
                $"in the same way but over every 64th float and without looking at the signs of zeros (`bench/sweep.py`).");
        text.Append(CultureInfo.InvariantCulture,
            $"\nMeasured on: {Machine.Here}{(torch.Version.Length > 0 ? $", PyTorch {torch.Version}" : "")}.\n");
        return text.ToString();
    }

    private static string Above(double error) => double.IsInfinity(error) ? "infinite"
        : error > 1000 ? error.ToString("0.0e+0", CultureInfo.InvariantCulture)
        : (Math.Ceiling(error * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture);
}
