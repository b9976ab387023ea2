using System.CommandLine;

namespace Surprisal.Cli.Evaluate;

/// <summary><c>surprisal merge</c>: evaluations of shards become that of all rows.</summary>
internal static class MergeCommand
{
    /// <summary>What --help says below the options.</summary>
    public const string Examples = """
        The files are those of 'surprisal evaluate --shard I/N --json FILE', in any order. The result has the bits of one evaluation of
        all rows, and its temperature where all have one. Rows that are in two files, rows between them that are in none, and other
        options are refused; parts that are missing before or after them are told, for merged files merge again. The ECE at the
        temperature needs the scores and is not merged.

        Examples:
          surprisal merge part1.json part2.json part3.json --json all.json
          surprisal merge part*.json --report report.html
        """;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Evaluations of shards", Arity = ArgumentArity.OneOrMore };
        var outputs = new OutputOptions("");
        var command = new Command("merge", "Merge evaluations of shards into that of all rows.") { files };
        foreach (var option in outputs.All) command.Add(option);
        command.SetAction(parsed =>
        {
            var output = outputs.Of(parsed);
            output.Check();
            EvaluateRun.Answer(Merge(ShardNames.Expand(parsed.GetValue(files)!)), output);
            return Commands.Done;
        });
        return command;
    }

    /// <summary>In the order of their rows, so that a gap shows; files of no rows fit anywhere.</summary>
    private static EvaluationResult Merge(IReadOnlyList<string> paths)
    {
        var parts = paths.Select(static path => (Path: path, Part: EvaluationJson.Read(path))).OrderBy(static one =>
            one.Part.FirstRow).ToList();
        var (first, all) = parts[0];
        foreach (var (path, part) in parts.Skip(1))
        {
            if ((all.Labels is null) != (part.Labels is null))
                throw new InvalidDataException($"{path} and {first} are of different tasks: classes and labels do not merge.");
            if (!(all.ClassNames ?? []).SequenceEqual(part.ClassNames ?? [], StringComparer.Ordinal))
                throw new InvalidDataException($"{path} has other class names than {first}; only the same merge.");
            try
            {
                all.Classes?.Merge(part.Classes!);
                all.Labels?.Merge(part.Labels!);
                if (part.TemperatureSums is { } sums) all.TemperatureSums?.Merge(sums);
            }
            catch (ArgumentException error)
            {
                throw new InvalidDataException($"{path} does not merge with the others: {Reason(error.Message)}", error);
            }
        }
        TrainDisplay.Notes(Missing(parts));
        var fitted = parts.Count(static one => one.Part.TemperatureSums is not null);
        return all with
        {
            TemperatureSums = fitted == parts.Count ? all.TemperatureSums : null,
            LacksTemperatures = fitted > 0 && fitted < parts.Count,
            Shard = (1, 1),
            ArePixels = parts.TrueForAll(static one => one.Part.ArePixels),
            // Rows of only some parts would be those of no evaluation.
            RowsFiles = parts.TrueForAll(static one => one.Part.RowsFiles.Count > 0)
                ? [.. parts.SelectMany(static one => one.Part.RowsFiles).OrderBy(static file => file.FirstRow)
                    .ThenBy(static file => file.Rows)]
                : [],
        };
    }

    /// <summary>What is missing before the first part and after the last, a sentence each; what is missing between two shows when they
    /// merge. It is told and not refused, for merged parts merge again.</summary>
    private static IEnumerable<string> Missing(List<(string Path, EvaluationResult Part)> parts)
    {
        if (parts.Find(static one => one.Part.HasRows) is (var begin, { FirstRow: > 0 and var row }))
            yield return $"{begin} begins with row {row}; the rows before it are in none of the files";
        if (parts[^1] is (var path, { Shard: (var part, var all) }) && part < all
            && !parts.Exists(static one => one.Part.Shard is (> 1 and var last, var of) && last == of))
            yield return $"{path} is part {part} of {all}, and part {part + 1} is in none of the files";
    }

    /// <summary>What the library says of another state, without what only its callers can do.</summary>
    private static string Reason(string message) => Commands.Plain(message)
        .Replace("other does not fit: ", "", StringComparison.Ordinal)
        .Replace("; allowGap takes them all the same.", ".", StringComparison.Ordinal);
}
