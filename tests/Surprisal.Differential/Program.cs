using System.CommandLine;
using System.Globalization;
using Surprisal.Differential;
using TorchSharp;

const int NotHere = 77;

var cases = new Option<int>("--cases") { Description = "How many cases.", DefaultValueFactory = static _ => 100_000 };
var seed = new Option<int>("--seed") { Description = "What the cases are drawn from.", DefaultValueFactory = static _ => 1 };
var only = new Option<string?>("--only") { Description = "Cases with this in their name or element type: CrossEntropy, Half." };
var seconds = new Option<double>("--seconds") { Description = "After how long it ends at the latest.", DefaultValueFactory = static _ => 86_400 };
var single = new Option<int?>("--case") { Description = "The case of this number alone; with the --only that it was found with." };
var trace = new Option<bool>("--trace") { Description = "Names each case before it runs: libtorch may end the process." };
var command = new RootCommand("Compares Surprisal with PyTorch (libtorch) on random cases.") { cases, seed, only, seconds, single, trace };
command.SetAction(arguments =>
{
    try
    {
        torch.set_num_threads(1);
        Console.WriteLine($"libtorch {torch.__version__}, --seed {arguments.GetValue(seed)}");
    }
    catch (Exception problem) when (problem is TypeInitializationException or DllNotFoundException or NotSupportedException or EntryPointNotFoundException)
    {
        Console.WriteLine($"skipped: libtorch does not load here: {problem.GetBaseException().Message.Split('\n')[0]}");
        return NotHere;
    }
    string[] problems = [.. Coverage.Problems()];
    foreach (var problem in problems) Console.WriteLine(problem);
    var part = arguments.GetValue(only) ?? "";
    var chosen = EveryCase.All.Where(of => $"{of.Name} {of.Element}".Contains(part, StringComparison.OrdinalIgnoreCase)).ToList();
    if (chosen.Count == 0)
    {
        Console.WriteLine($"no case has {part} in its name or element type.");
        return 2;
    }
    var run = new Run(arguments.GetValue(seed), chosen);
    run.Go(arguments.GetValue(single) ?? 0, arguments.GetValue(single) is null ? arguments.GetValue(cases) : 1,
        TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(trace));
    run.Print();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Count:N0} cases, {run.Unexplained} unexplained"));
    return run.Unexplained == 0 && problems.Length == 0 ? 0 : 1;
});
return command.Parse(args).Invoke();
