using System.Globalization;
using System.Text;
using Surprisal.Cli.Bench;
using Surprisal.Training;

namespace Surprisal.Bench.Accuracy;

/// <summary>
/// <c>accuracy [--write PAGE] [WORD ...]</c>: one table of the errors of Surprisal and of PyTorch, also into a page's section.
/// </summary>
internal static class AccuracyCommand
{
    private const string Begin = "<!-- losses -->", End = "<!-- /losses -->";

    private static readonly string[] header = ["case", "type", "value, ulp: Surprisal", "PyTorch", "gradient, ulp: Surprisal", "PyTorch",
        "gradient, absolute: Surprisal", "PyTorch"];

    public static int Run(string[] args)
    {
        var at = Array.IndexOf(args, "--write");
        var page = at < 0 ? null
            : at + 1 < args.Length ? args[at + 1]
            : throw new ArgumentException("--write needs the page to write into.");
        string[] words = [.. args.Where((arg, i) => arg != "accuracy" && (at < 0 || (i != at && i != at + 1)))];
        using var judge = Judge.Start();
        if (judge is null)
        {
            Console.Error.WriteLine(
                "accuracy needs a Python with torch and numpy, /usr/bin/python3 or python3, and a long double that is wider than double.");
            return 1;
        }
        var (rows, beyond) = (new List<string[]>(), new List<string>());
        foreach (var work in Cases.All.Where(work =>
            words.All(word => $"{work.Name}, {work.Type}".Contains(word, StringComparison.OrdinalIgnoreCase))))
        {
            var errors = judge.Errors(work);
            rows.Add([work.Name, work.Type, .. Pair(errors, errors.Value, work.Type), .. Pair(errors, errors.Gradient, work.Type),
                .. Pair(errors, errors.Absolute, null)]);
            if (errors.Value[0] > work.Promise) beyond.Add($"{work.Name}, {work.Type}");
            Console.Error.Write('.');
        }
        Console.Error.WriteLine();
        var text = $"""
            Surprisal {Machine.Here.Surprisal} and PyTorch {judge.Version}.

            {Text(rows)}

            {Summary(beyond)}
            """.ReplaceLineEndings("\n");
        Console.WriteLine(text);
        if (page is not null) Write(page, text);
        return 0;
    }

    private static string Summary(List<string> beyond) => beyond.Count == 0
        ? "Every loss is within 2 ulp of the truth, and within 1 after a reduction."
        : "Losses of Surprisal beyond 2 ulp, or beyond 1 after a reduction:\n" +
            $"\n{string.Join('\n', beyond.Select(static loss => "- " + loss))}";

    private static string[] Pair(Judge.Verdict errors, double[] values, string? type) =>
        [Number(values[0], type), errors.Missing ?? Number(values[1], type)];

    /// <summary>An error of a whole mantissa is not a number of ulps any more.</summary>
    private static string Number(double value, string? type)
    {
        var bits = type switch { "float32" => 24, "float64" => 53, "float16" => 11, "bfloat16" => 8, _ => 2000 };
        if (value >= 1e300) return "not finite";
        if (value >= Math.ScaleB(0.5, bits)) return "every digit";
        if (type is null) return value == 0 ? "0" : value.ToString("0.0e-00", CultureInfo.InvariantCulture);
        return value.ToString(value < 100 ? "0.00" : value < 1e6 ? "#,0" : "0.0e0", CultureInfo.InvariantCulture);
    }

    private static string Text(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => rows.Append(header).Max(row => row[column].Length)).ToArray();
        string Cell(string cell, int column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
        static string Rule(int width, int column) => column < 2 ? new string('-', width + 2) : new string('-', width + 1) + ":";
        string Line(string[] cells) => $"| {string.Join(" | ", cells.Select(Cell))} |";
        var rule = $"|{string.Join("|", widths.Select(Rule))}|";
        return string.Join('\n', rows.Select(Line).Prepend(rule).Prepend(Line(header)));
    }

    /// <summary>Replaces what is between the marks; the page is written whole or not at all.</summary>
    private static void Write(string page, string text)
    {
        var old = File.ReadAllText(page);
        var (begin, end) = (old.IndexOf(Begin, StringComparison.Ordinal), old.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidDataException($"{page} has no section from {Begin} to {End}.");
        AtomicFile.Write(page, stream => stream.Write(Encoding.UTF8.GetBytes($"{old[..(begin + Begin.Length)]}\n{text}\n{old[end..]}")));
    }
}
