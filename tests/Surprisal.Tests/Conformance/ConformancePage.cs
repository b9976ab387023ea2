using System.Globalization;
using System.Reflection;
using System.Text;

namespace Surprisal.Tests.Conformance;

/// <summary>docs/conformance.md: what was compared with PyTorch, option by option, and how far off the farthest number was.</summary>
internal static class ConformancePage
{
    public static string Write()
    {
        var all = Everything();
        var numbers = all.Sum(static c => (long)c.Numbers);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Conformance with PyTorch

            Written by a test (`ConformanceTests`), which makes every comparison anew. {numbers:N0} numbers in {all.Count:N0} cases, each a tensor
            of values or of gradients: all within the default tolerances of `torch.testing`. The expected numbers are those of PyTorch 2.10 on a
            CPU, written by the programs beside the tests; those of cross_entropy and nll_loss are of 1.13, from which 2.10 does
            not differ there, and those of the focal losses and of sampled classes are composed in 1.13, as the scripts that wrote them say.
            The options are PyTorch's names; each row is every case with that option set, alone or with others. The deviation is in units of the
            last place of the largest number of its tensor, PyTorch's own rounding included.

            | function | option | cases compared | float32, ulp | float64, ulp |
            |---|---|---|---|---|

            """);
        foreach (var function in all.GroupBy(static c => c.Function).OrderBy(static g => g.Key, StringComparer.Ordinal))
        foreach (var (option, cases) in Options(function))
            text.Append(CultureInfo.InvariantCulture,
                $"| {function.Key} | {option} | {cases.Count} | {Farthest(cases, "float32")} | {Farthest(cases, "float64")} |\n");
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Deliberate differences

            {Differences.All.Count} of them, each with its reason and its test, are listed in [pytorch-differences.md](pytorch-differences.md):

            | function | case | PyTorch | Surprisal |
            |---|---|---|---|

            """);
        foreach (var d in Differences.All)
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(d.Function)} | {Cell(d.Case)} | {Cell(d.PyTorch)} | {Cell(d.Surprisal)} |\n");
        return text.ToString();
    }

    /// <summary>A text as a cell of a table, in which a bar would begin the next.</summary>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>What every test class with a method Comparisons compares.</summary>
    private static List<Compared> Everything() =>
    [
        .. typeof(ConformancePage).Assembly.GetTypes()
            .Select(static type => type.GetMethod("Comparisons", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, []))
            .OfType<MethodInfo>()
            .SelectMany(static method => (IEnumerable<Compared>)method.Invoke(null, null)!),
    ];

    private static IEnumerable<(string Option, List<Compared> Cases)> Options(IEnumerable<Compared> function)
    {
        var cases = function.ToList();
        yield return ("any", cases);
        foreach (var option in cases.SelectMany(static c => Names(c.Options)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return ($"`{option}`", [.. cases.Where(c => Names(c.Options).Contains(option, StringComparer.Ordinal))]);
    }

    private static string[] Names(string options) => options.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Farthest(List<Compared> cases, string element) =>
        cases.Where(c => c.Element == element).Select(static c => c.Ulps).DefaultIfEmpty(double.NaN).Max() is var ulps && double.IsNaN(ulps)
            ? ""
            : ulps.ToString("F1", CultureInfo.InvariantCulture);
}
