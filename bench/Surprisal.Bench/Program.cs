using Surprisal.Bench;
using Surprisal.Bench.Accuracy;
using Surprisal.Bench.Works;

if (args.Contains("micro"))
{
    Micro.Run([.. args.Where(static arg => arg != "micro")]);
    return;
}

if (args.Contains("accuracy"))
{
    Environment.ExitCode = AccuracyCommand.Run(args);
    return;
}

if (args.Contains("sweep"))
{
    Sweep.Run([.. args.Where(static arg => arg != "sweep")]);
    return;
}

var quick = args.Contains("--short");
var names = args.Where(static arg => !arg.StartsWith('-')).ToArray();
using var installed = Rival.Start(tuned: false);
using var tuned = installed is null ? null : Rival.Start(tuned: true);
Rival[] rivals = installed is not null && tuned is not null ? [installed, tuned] : [];
Console.WriteLine(Machine.Text(installed?.Version));
Console.WriteLine();
var comparison = new Comparison(rivals, rounds: quick ? 3 : 9, secondsPerRound: quick ? 0.1 : 0.4);
var rows = new List<string[]>();
foreach (var create in Work.All)
{
    var work = create();
    if (names.Length > 0 && !names.Any(name => work.Name.Contains(name, StringComparison.OrdinalIgnoreCase))) continue;
    rows.Add(Table.Row(comparison.Run(work)));
}
Console.WriteLine(Table.Text(rows));
