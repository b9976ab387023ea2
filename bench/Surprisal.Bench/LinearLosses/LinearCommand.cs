using System.Text;
using Surprisal.Bench.Results;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.LinearLosses;

/// <summary>
/// Linear cross-entropy in both schedules beside its three matrix products alone and beside PyTorch's linear and cross_entropy: time, and
/// memory above inputs and gradients.
/// </summary>
internal static class LinearCommand
{
    public const string Command = "linear";

    private const string Short = "--short", Write = "--write";

    private static readonly LinearSize[] sizes =
    [
        new(1024, 768, 8_000), new(1024, 768, 16_000), new(1024, 768, 32_000), new(1024, 768, 50_257), new(1024, 768, 128_256),
        new(1024, 2048, 128_256), new(8192, 768, 50_257),
    ];

    public static IEnumerable<Target> Targets => sizes.SelectMany(static size => size.All);

    public static int Print(string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine($"{Command}: peaks are read from /proc, which only Linux has.");
            return 1;
        }
        var parts = args.Where(static arg => !arg.StartsWith('-')).ToArray();
        if (Array.Find(args, static arg => arg.StartsWith('-') && arg is not (Short or Write)) is { } unknown)
        {
            Console.Error.WriteLine($"{unknown} is no option; {Short} and {Write} are.");
            return 2;
        }
        var chosen = sizes.Where(size => parts.Length == 0 || parts.Any(size.Products.Work.IsNamed)).ToList();
        if (chosen.Count == 0)
        {
            Console.Error.WriteLine($"no size has {string.Join(" or ", parts)} in it; there are: " +
                $"{string.Join("; ", sizes.Select(static size => size.Products.Work.Name))}");
            return 2;
        }
        var torch = LibTorchProgram.Build();
        var run = new LinearRun($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}", Machine.Here, torch?.Version, []);
        if (args.Contains(Write)) run = run with { Points = Written(run) };
        foreach (var size in chosen)
        {
            var point = LinearMeasurement.Run(size, torch, args.Contains(Short));
            run = run with { Points = [.. run.Points.Where(other => !size.Is(other)).Append(point).OrderBy(Place)] };
            Console.WriteLine((run with { Points = [point] }).Table());
            if (args.Contains(Write)) Save(LinearRun.Read(run.ToJson())); // the page shows the figures as the file has them
        }
        Console.WriteLine($"{run.Caption}\n\n{run.Table()}");
        return 0;
    }

    private static int Place(LinearPoint point) => Array.FindIndex(sizes, size => size.Is(point));

    /// <summary>The other sizes that were measured on this machine on the same day: each can be measured by itself.</summary>
    private static IReadOnlyList<LinearPoint> Written(LinearRun run)
    {
        var path = RepositoryRoot.Path(run.Path);
        if (!File.Exists(path)) return [];
        var before = LinearRun.Read(File.ReadAllText(path));
        return (before.Date, before.Machine, before.PyTorch) == (run.Date, run.Machine, run.PyTorch) ? before.Points : [];
    }

    private static void Save(LinearRun run)
    {
        Replace(run.Path, run.ToJson());
        var page = File.ReadAllText(RepositoryRoot.Path(LinearPage.Path)).ReplaceLineEndings("\n");
        Replace(LinearPage.Path, LinearPage.With(page, run));
        Replace(LinearPicture.MemoryPath, LinearPicture.Memory(run));
        Replace(LinearPicture.TimePath, LinearPicture.Time(run));

        static void Replace(string path, string text)
        {
            AtomicFile.Write(RepositoryRoot.Path(path), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            Console.Error.WriteLine($"wrote {path}");
        }
    }
}
