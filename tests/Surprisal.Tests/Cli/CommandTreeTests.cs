using System.CommandLine;
using System.Diagnostics;
using Surprisal.Cli;
using Surprisal.Cli.Completion;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Cli;

/// <summary>What holds for every command, whatever it is called.</summary>
public sealed class CommandTreeTests
{
    public static TheoryData<string> All => [.. Paths(new CommandTree().Root, "")];

    public static TheoryData<string> Shells => [.. ShellScript.All.Keys];

    /// <summary>Whoever asks for help has not yet given what a command cannot do without, and may have mistyped what he gave.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void HelpNeedsNothingElse(string path)
    {
        string[] words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string[] more in (string[][])[["--help"], ["--help", "--no-such-option"]])
        {
            var (exit, help, errors) = CommandProcess.Run([.. words, .. more]);
            Assert.Equal((0, ""), (exit, errors));
            Assert.Contains($"Usage:\n  {string.Join(' ', words.Prepend("surprisal"))} [",
                help.ReplaceLineEndings("\n").Replace("<", "[", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ThePageOfTheCommandIsMadeFromIt() => Approved.Check("docs/cli.md", CliPage.Text());

    [Theory]
    [InlineData("surprisal eval", "evaluate")]
    [InlineData("surprisal evaluate --log-p", "--log-probabilities")]
    [InlineData("surprisal loss nll --reduction ", "mean,none,sum")]
    [InlineData("surprisal completion ", "bash,fish,powershell,zsh")]
    [InlineData("surprisal evaluate --logits ", "")]
    public void TheTabKeyIsOffered(string line, string candidates)
    {
        var (exit, output, errors) = CommandProcess.Run($"[suggest:{line.Length}]", line);
        Assert.Equal((0, ""), (exit, errors));
        string[] offered = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(candidates, string.Join(',', offered.Except(["-?", "-h", "--help"]).Order()));
    }

    /// <summary>The script where its shell is: it reads it without complaint, and bash completes a word by it.</summary>
    [Theory]
    [MemberData(nameof(Shells))]
    public void ShellsReadTheirScripts(string shell)
    {
        var (exit, script, _) = CommandProcess.Run("completion", shell);
        Assert.Equal(0, exit);
        Assert.Equal(ShellScript.All[shell].ReplaceLineEndings("\n"), script.ReplaceLineEndings("\n").TrimEnd());
        Assert.SkipUnless(shell == "bash" && File.Exists("/bin/bash"), "no such shell to try it in");
        var tab = $"""
            PATH='{AppContext.BaseDirectory}':$PATH
            {script}
            COMP_WORDS=(surprisal ev) COMP_CWORD=1 COMP_LINE='surprisal ev' COMP_POINT=12
            _surprisal
            echo "$COMPREPLY"
            """;
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", tab]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal("evaluate\n", process.StandardOutput.ReadToEnd());
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(sub => Paths(sub, $"{path} {sub.Name}".Trim())).Prepend(path);
}
