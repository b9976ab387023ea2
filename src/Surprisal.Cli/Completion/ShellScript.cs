namespace Surprisal.Cli.Completion;

/// <summary>
/// The scripts, one a shell. Each hands the line and the place of the cursor to <c>surprisal [suggest:PLACE] LINE</c>, which prints a
/// candidate a line.
/// </summary>
internal static class ShellScript
{
    public static IReadOnlyDictionary<string, string> All { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["bash"] = """
            _surprisal() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(surprisal "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _surprisal surprisal
            """,
        ["fish"] = """
            complete --command surprisal --arguments '(surprisal "[suggest:"(commandline --cursor)"]" (commandline) 2> /dev/null)'
            """,
        ["powershell"] = """
            Register-ArgumentCompleter -Native -CommandName surprisal -ScriptBlock {
                param($word, $line, $cursor)
                surprisal "[suggest:$cursor]" "$line" | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
        ["zsh"] = """
            _surprisal() {
                local -a candidates
                candidates=(${(f)"$(surprisal "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null)"})
                if (( $#candidates )); then compadd -a candidates; else _files; fi
            }
            compdef _surprisal surprisal
            """,
    };
}
