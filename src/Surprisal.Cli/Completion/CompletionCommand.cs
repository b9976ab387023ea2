using System.CommandLine;

namespace Surprisal.Cli.Completion;

/// <summary><c>surprisal completion</c>: what a shell reads so that the tab key completes commands, options and their values.</summary>
internal static class CompletionCommand
{
    /// <summary>What --help says below the shells.</summary>
    public const string Examples = """
        The shell asks the command itself, so a newer one needs no newer script.
        Where it has nothing to offer, names of files are completed.

        Examples:
          surprisal completion bash >> ~/.bashrc
          surprisal completion zsh >> ~/.zshrc
          surprisal completion fish > ~/.config/fish/completions/surprisal.fish
          surprisal completion powershell >> $PROFILE
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", ShellScript.All.Keys) };
        shell.AcceptOnlyFromAmong([.. ShellScript.All.Keys]);
        var command = new Command("completion", "Print the script that completes this command in a shell.") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(ShellScript.All[parsed.GetValue(shell)!]));
        return command;
    }
}
