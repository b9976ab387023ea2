using System.Globalization;
using System.Text;
using Surprisal.Tests.Architecture;
using static Surprisal.Tests.Conformance.ConformancePage;

namespace Surprisal.Tests.Conformance;

/// <summary>The pages about PyTorch say what the tests found.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void TheConformancePageIsWhatTheComparisonsFound() => Approved.Check("docs/conformance.md", ConformancePage.Write());

    [Fact]
    public void TheListOfDifferencesIsTheOneThatTestsShow()
    {
        var text = new StringBuilder("""
            # Differences from PyTorch

            Values, gradients, reductions and edge cases are PyTorch's; [the conformance page](conformance.md) counts the comparisons. These are
            the places where Surprisal decides differently on purpose from PyTorch 2.10. Each is shown by the test in the last column; a test
            writes this page.

            Element types are never promoted: the tensors of one call have one type, and anything else does not compile. Nothing is ever warned about at run
            time: what PyTorch warns of (kl_div's mean, size_average) is in the documents, or obsolete at compile time.

            | function | case | PyTorch | Surprisal | why | test |
            |---|---|---|---|---|---|

            """);
        foreach (var d in Differences.All)
            text.Append(CultureInfo.InvariantCulture,
                $"| {Cell(d.Function)} | {Cell(d.Case)} | {Cell(d.PyTorch)} | {Cell(d.Surprisal)} | {Cell(d.Why)} | `{d.Test}` |\n");
        Approved.Check("docs/pytorch-differences.md", text.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void EveryDifferenceHasItsTest() =>
        Problems.None(Differences.All
            .Where(static d => !typeof(ConformanceTests).Assembly.GetTypes()
                .Any(type => d.Test.StartsWith(type.Name + ".", StringComparison.Ordinal) && type.GetMethod(d.Test[(type.Name.Length + 1)..]) is not null))
            .Select(static d => $"{d.Function}, {d.Case}: there is no test {d.Test}."));
}
