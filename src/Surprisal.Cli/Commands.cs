using System.CommandLine;

namespace Surprisal.Cli;

/// <summary>The command line: what can be asked, and how answers and failures leave the process.</summary>
internal static class Commands
{
    public const int Done = 0, Failed = 1, WrongUsage = 2;

    public static int Run(string[] args)
    {
        var root = new RootCommand("Surprisal: classification losses and training for .NET.\n\nExamples:\n  surprisal train\n  surprisal train --data fashion-mnist --epochs 5\n\nExit codes: 0 done, 1 failed or interrupted, 2 wrong usage.")
        {
            TrainCommand.Create(),
        };
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine($"surprisal: {error.Message}");
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
}
