using System.CommandLine;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Evaluate;

/// <summary>The options that say where answers go, of every command that gives them.</summary>
internal sealed class OutputOptions
{
    private readonly Option<string?> json, csv, report;
    private readonly Option<bool> force = Flag("--force", "Replace these files where they are there already");

    /// <param name="everything">What --json writes.</param>
    public OutputOptions(string everything)
    {
        json = File("--json", $"Write everything as JSON{everything}; - is the standard output");
        csv = File("--csv", "Write the classes as CSV; - is the standard output");
        report = File("--report", "Write a page with pictures (HTML)");
    }

    public IEnumerable<Option> All => [json, csv, report, force];

    public OutputFiles Of(ParseResult parsed) => new()
    {
        Json = parsed.GetValue(json), Csv = parsed.GetValue(csv), Report = parsed.GetValue(report), Replaces = parsed.GetValue(force),
    };

    private static Option<string?> File(string name, string description) =>
        Checked(name, "FILE", description, static text => ((string?)text, ""));
}
