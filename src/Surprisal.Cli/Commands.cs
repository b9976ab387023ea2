using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Surprisal.Cli.Bench;

namespace Surprisal.Cli;

/// <summary>The command line: what can be asked, and how answers and failures leave the process.</summary>
internal static class Commands
{
    public const int Done = 0, Failed = 1, WrongUsage = 2;

    private const string Examples = """
        Examples:
          surprisal train
          surprisal train --data fashion-mnist --epochs 5
          surprisal bench
          surprisal train --help

        Exit codes: 0 done, 1 failed or interrupted, 2 wrong usage.
        """;

    public static int Run(string[] args)
    {
        var (train, bench) = (TrainCommand.Create(), BenchCommand.Create());
        var root = new RootCommand("Surprisal: classification losses and training for .NET.") { train, bench };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpThenExamples((SynchronousCommandLineAction)help.Action!, command => command == train ? TrainCommand.Examples : command == bench ? BenchCommand.Examples : Examples);
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            var unknown = parsed.Errors.Where(error => parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal))).ToList();
            foreach (var error in unknown.Count > 0 ? unknown : parsed.Errors) Console.Error.WriteLine($"surprisal: {error.Message}");
            Console.Error.WriteLine($"surprisal: see 'surprisal {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help'");
            return WrongUsage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Console.Error.WriteLine($"surprisal: {error.Message.ReplaceLineEndings(" ")}");
            return Failed;
        }
    }

    private sealed class HelpThenExamples(SynchronousCommandLineAction help, Func<Command, string> examples) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var exit = help.Invoke(parseResult);
            Console.WriteLine(examples(parseResult.CommandResult.Command));
            return exit;
        }
    }
}
