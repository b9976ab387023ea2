using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Surprisal.Cli.Ranks;
using Surprisal.Cli.Tables;

namespace Surprisal.Cli;

/// <summary>The command line: what can be asked, and how answers and failures leave the process.</summary>
internal static partial class Commands
{
    public const int Done = 0, Failed = 1, WrongUsage = 2;

    /// <param name="args">What stands behind the command's name.</param>
    /// <param name="formats">Formats of tables that another package brings.</param>
    public static int Run(string[] args, params TableFormat[] formats)
    {
        LaunchedRanks.QuietOutput();
        var tree = new CommandTree(formats);
        var root = tree.Root;
        var help = root.Options.OfType<HelpOption>().Single();
        foreach (var name in help.Aliases.Where(static name => name[0] == '/').ToList()) help.Aliases.Remove(name); // may be a file's
        help.Action = new HelpThenExamples((SynchronousCommandLineAction)help.Action!, tree.Notes);
        // An argument that begins with @ is a name like any other, not a file with more arguments.
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // A name that begins with a dash stands behind --; else it is an option that nobody knows.
        List<string> misread = args.Contains("--") || parsed.Action is HelpThenExamples ? [] :
        [
            .. parsed.CommandResult.Children.OfType<ArgumentResult>()
                .SelectMany(static argument => argument.Tokens).Select(static token => token.Value).Where(IsOption),
        ];
        if (parsed.Errors.Count > 0 || misread.Count > 0)
        {
            if (LaunchedRanks.Rank > 0)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(500)); // rank 0 says it, and a launcher ends all when one ends
                return WrongUsage;
            }
            foreach (var complaint in Complaints(parsed, misread)) Complain(complaint);
            Complain($"see '{Path(parsed.CommandResult)} --help'");
            return WrongUsage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OutOfMemoryException)
        {
            Complain("there is not enough memory for this");
            return Failed;
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Complain(Plain(error.Message));
            return Failed;
        }
    }

    /// <summary>A message without what only a caller of the library understands: the parameter of the method that refused.</summary>
    internal static string Plain(string message) => ParameterPattern().Replace(message.ReplaceLineEndings(" "), "");

    private static void Complain(string message) => Console.Error.WriteLine($"surprisal: {TerminalText.Escape(message)}");

    /// <summary>What is wrong with the command line; words that nobody knows first and alone, for the rest follows from them.</summary>
    private static IEnumerable<string> Complaints(ParseResult parsed, List<string> misread)
    {
        var unknown = misread.Concat(parsed.UnmatchedTokens
            .Where(token => parsed.Errors.Any(error => error.Message.Contains($"'{token}'", StringComparison.Ordinal)))).ToList();
        // Options of a command that nobody knows are known to nobody either.
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && unknown.Count > 0 && !IsOption(unknown[0])) unknown = [unknown[0]];
        if (unknown.Exists(IsOption)) unknown.RemoveAll(static token => !IsOption(token));
        return unknown.Count > 0
            ? unknown.Select(token => $"Unrecognized command or argument '{token}'{Suggestion(parsed.CommandResult.Command, token)}")
            : parsed.Errors.Select(static error => error.Message);
    }

    /// <summary>surprisal loss nll: a command as it is called.</summary>
    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "surprisal";

    private static string Suggestion(Command command, string token)
    {
        var name = token.Split('=')[0];
        if (!IsOption(token)) return DidYouMean.Suffix(name, command.Subcommands.Select(static sub => sub.Name));
        if (DidYouMean.Guess(name, command.Options.Select(static option => option.Name)) is { } guess) return $"; did you mean '{guess}'?";
        // surprisal --epochs 3
        foreach (var sub in command.Subcommands)
            if (DidYouMean.Guess(name, sub.Options.Select(static option => option.Name)) is { } option)
                return $"; did you mean '{sub.Name} {option}'?";
        return ".";
    }

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-' && !Numeral.TryNumber(token, out _);

    [GeneratedRegex(@" \(Parameter '[^']*'\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParameterPattern();

    private sealed class HelpThenExamples(SynchronousCommandLineAction help, Func<Command, string> examples) : SynchronousCommandLineAction
    {
        /// <summary>Who asks for help need not know yet what a command cannot do without.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var exit = help.Invoke(parseResult);
            // Sentences are broken to fit; commands stay whole, so that they can be copied.
            foreach (var line in examples(parseResult.CommandResult.Command).ReplaceLineEndings("\n").Split('\n'))
                foreach (var part in line.StartsWith(' ') ? [line] : Screen.Here.Wrap(line)) Console.WriteLine(part);
            return exit;
        }
    }
}
