using System.CommandLine;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Bench;

/// <summary><c>surprisal bench</c>: its options, their ranges and defaults.</summary>
internal static class BenchCommand
{
    /// <summary>What --help says below the options.</summary>
    public const string Examples = """
        Each work is timed in turns with copying its logits, the least that memory could do; the figures are medians over the rounds.
        Close other programs first: they take the memory's time too. The largest work needs 800 MB.

        Examples:
          surprisal bench
          surprisal bench --only "cross-entropy"
          surprisal bench --only "2048 x 32,000" --rounds 15
          surprisal bench --threads 1
        """;

    public static Command Create()
    {
        var only = Checked("--only", "NAME", "Only the works with this in their name",
            static text => Work.All.Any(work => work.IsNamed(text)) ? ((string?)text, "")
                : (null, $"a part of {string.Join(", ", Work.All.Select(static work => $"'{work.Name}'"))} was expected."));
        var rounds = Positive("--rounds", "How often each work takes its turn [default: 5]");
        var threads = Positive("--threads", "Threads that a call may use [default: the processors]");
        var command = new Command("bench", "Time the losses on this machine, beside copying their logits.") { only, rounds, threads };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(threads) is { } count) Threads.Count = count;
            var part = parsed.GetValue(only);
            BenchDisplay.Show([.. Work.All.Where(work => part is null || work.IsNamed(part))],
                work => Measurement.Take(work, parsed.GetValue(rounds) ?? 5, secondsPerRound: 0.08));
            return Commands.Done;
        });
        return command;
    }
}
