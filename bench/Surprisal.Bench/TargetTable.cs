using System.Text;
using Surprisal.Bench.Results;
using Surprisal.Cli.Bench;
using Surprisal.Training;

namespace Surprisal.Bench;

/// <summary>The table of targets: measured, printed, and with --write committed to the files that show it.</summary>
internal static class TargetTable
{
    private const string Short = "--short", Write = "--write", Alone = "--alone";

    public static int Print(string[] args)
    {
        var names = args.Where(static arg => !arg.StartsWith('-')).ToArray();
        bool quick = args.Contains(Short), write = args.Contains(Write);
        if (args.FirstOrDefault(static arg => arg.StartsWith('-') && arg is not (Short or Write or Alone)) is { } unknown)
            return Refuse($"{unknown} is no option; {Short}, {Alone} and {Write} are.");
        string[] less = args.Contains(Alone) ? [.. names, Alone] : names;
        if (write && less.Length > 0) return Refuse($"{Write} writes the whole table; leave out {string.Join(", ", less)}.");
        var targets = Target.All.Where(target => names.Length == 0 || names.Any(target.Work.IsNamed)).ToList();
        var start = names.Length == 0 || names.Any(static name => StartUp.Name.Contains(name, StringComparison.OrdinalIgnoreCase));
        if (targets.Count == 0 && !start)
            return Refuse($"no work has {string.Join(" or ", names)} in its name; there are: " +
                $"{string.Join("; ", Target.All.Select(static target => target.Work.Name).Append(StartUp.Name))}");

        var run = Measure(targets, start, isLongToo: !args.Contains(Alone), rounds: quick ? 3 : 9, secondsPerRound: quick ? 0.06 : 0.12);
        Console.WriteLine($"{run.Caption}\n\n{Pages.Tables(run)}");
        if (write) Save(run);
        return 0;
    }

    private static Run Measure(List<Target> targets, bool start, bool isLongToo, int rounds, double secondsPerRound)
    {
        var torch = LibTorchProgram.Build();
        var figures = targets.SelectMany(target => Row.Measure([target], torch, rounds, secondsPerRound)).ToList();
        if (start) figures.Add(StartUp.Run(torch, rounds));
        var shuffled = targets.ToArray();
        new Random((int)TimeProvider.System.GetTimestamp()).Shuffle(shuffled); // the results keep the order
        var inOneProcess = isLongToo && targets.Count > 0 ? Row.Measure(shuffled, torch, rounds, secondsPerRound) : null;
        return new Run(
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}", Machine.Here, torch?.Version, rounds, secondsPerRound, figures, inOneProcess,
            Rival.IsWithoutAvx512);
    }

    private static void Save(Run run)
    {
        Replace(run.Path, run.ToJson());
        var read = Run.Read(run.ToJson()); // the pages show the figures as the file has them
        foreach (var page in Pages.Of(read))
            Replace(page, Pages.With(page, File.ReadAllText(RepositoryRoot.Path(page)).ReplaceLineEndings("\n"), read));

        void Replace(string path, string text)
        {
            var place = RepositoryRoot.Path(path);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            AtomicFile.Write(place, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            Console.WriteLine($"wrote {path}");
        }
    }

    private static int Refuse(string problem)
    {
        Console.Error.WriteLine(problem);
        return 2;
    }
}
