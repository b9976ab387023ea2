using System.CommandLine;
using System.Text;
using Surprisal.Cli;

namespace Surprisal.Tests.Cli;

/// <summary>docs/cli.md as the commands themselves have it: what each does, its options, and what its help says below them.</summary>
internal static class CliPage
{
    private const string Head = """
        # The command

        `dotnet tool install --global Surprisal.Cli` installs `surprisal`. Every command answers `--help` with what stands here;
        this page is made from the commands, and a test compares them.

        """;

    public static string Text()
    {
        var tree = new CommandTree();
        var page = new StringBuilder(Head).Append('\n');
        foreach (var command in tree.Root.Subcommands) page.Append($"- [`surprisal {command.Name}`](#surprisal-{command.Name}): {command.Description}\n");
        page.Append('\n').Append(Block(tree.Notes(tree.Root)));
        foreach (var command in tree.Root.Subcommands) Add(page, tree, command, "surprisal");
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Add(StringBuilder page, CommandTree tree, Command command, string above)
    {
        var path = $"{above} {command.Name}";
        page.Append($"\n{new string('#', path.Split(' ').Length)} {path}\n\n{command.Description}\n\n");
        var before = page.Length;
        foreach (var argument in command.Arguments) page.Append($"- `{argument.Name}`: {argument.Description}\n");
        foreach (var option in command.Options.Where(static option => !option.Hidden)) page.Append(Line(option));
        foreach (var sub in command.Subcommands) page.Append($"- [`{path} {sub.Name}`](#{path.Replace(' ', '-')}-{sub.Name}): {sub.Description}\n");
        if (page.Length > before) page.Append('\n');
        page.Append(Block(tree.Notes(command)));
        foreach (var sub in command.Subcommands) Add(page, tree, sub, path);
    }

    private static string Line(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name).Select(name => $"`{name}{(option.HelpName is { } value ? $" {value}" : "")}`"));
        return $"- {names}: {option.Description}\n";
    }

    private static string Block(string text) => $"```\n{text.ReplaceLineEndings("\n")}\n```\n";
}
