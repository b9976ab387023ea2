#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Draws what the command prints as train.svg beside this file, in the colours that the reader's screen prefers.
// `dotnet run docs/pictures/terminal.cs` from the root runs `surprisal train --epochs 6` and draws it. Needs `script` of util-linux, which
// lends the command a terminal.

using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

const int columns = 80, size = 14, left = 20, header = 34, line = 19;
const double advance = 8.4;
string[] arguments = ["train", "--epochs", "6"];

var folder = Path.Combine(Environment.CurrentDirectory, "docs", "pictures");
if (!Directory.Exists(folder))
    throw new DirectoryNotFoundException($"{folder} is not there: run this from the root of the repository.");
var scratch = Directory.CreateTempSubdirectory("surprisal-picture-");
var (tool, temporary) = (Path.Combine(scratch.FullName, "tool"), Path.Combine(scratch.FullName, "work"));
Directory.CreateDirectory(temporary);
Run(Environment.CurrentDirectory, "dotnet", "build", "src/Surprisal.Cli", "-c", "Release", "-o", tool);
var command = $"stty cols {columns} rows 60; dotnet {Path.Combine(tool, "Surprisal.Cli.dll")} {string.Join(' ', arguments)}";
var printed = Run(temporary, "script", "-qec", command, "/dev/null");
scratch.Delete(recursive: true);
File.WriteAllText(Path.Combine(folder, "train.svg"), Svg([.. Shown(printed)]));

static string Run(string folder, string program, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) 
        { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output
        : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{output}");
}

// What a terminal shows in the end: of each line what was written over it last, without what moves the cursor.
static IEnumerable<string> Shown(string printed) =>
    Regex.Replace(printed, @"\e[\[(]?[?0-9;]*[a-zA-Z=>]", "", RegexOptions.None, TimeSpan.FromSeconds(5)).Trim().Split('\n')
        .Select(static line => line.TrimEnd('\r')).Select(static line => line[(line.LastIndexOf('\r') + 1)..].TrimEnd());

string Svg(string[] lines)
{
    var (width, height) = ((int)(2 * left + columns * advance), header + line * (lines.Length + 2));
    var svg = new StringBuilder();
    svg.Append(CultureInfo.InvariantCulture, $$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" role="img">
          <title>surprisal {{string.Join(' ', arguments)}}</title>
          <style>
            text { font: {{size}}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
            text { fill: #24292f } .window { fill: #ffffff; stroke: #d0d7de }
            .prompt { fill: #1a7f37 } .curve { fill: #0550ae } .dim { fill: #57606a } .strong { font-weight: 600 }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3 } .window { fill: #0d1117; stroke: #30363d }
              .prompt { fill: #3fb950 } .curve { fill: #79c0ff } .dim { fill: #8b949e }
            }
          </style>
          <rect class="window" x="0.5" y="0.5" width="{{width - 1}}" height="{{height - 1}}" rx="8"/>
          <circle cx="20" cy="18" r="5.5" fill="#ff5f57"/>
          <circle cx="38" cy="18" r="5.5" fill="#febc2e"/>
          <circle cx="56" cy="18" r="5.5" fill="#28c840"/>

        """);
    Text(0, 0, "prompt", "$");
    Text(0, 2, "strong", $"surprisal {string.Join(' ', arguments)}");
    for (var row = 0; row < lines.Length; row++)
        foreach (var (column, style, text) in Parts(lines[row].TrimEnd()))
            Text(row + 1, column, style, text);
    return svg.Append("</svg>\n").ToString();

    void Text(int row, int column, string style, string text)
    {
        var (x, y) = (left + column * advance, header + line * (row + 1) - 5);
        svg.Append(CultureInfo.InvariantCulture, $"""  <text x="{x:0.#}" y="{y}" textLength="{text.Length * advance:0.#}" """)
            .Append(CultureInfo.InvariantCulture, $"""class="{style}">""").Append(SecurityElement.Escape(text)).Append("</text>\n");
    }
}

// The runs of a line in one style: the curves and their axes, what is read last, and all else.
static IEnumerable<(int Column, string Style, string Text)> Parts(string text)
{
    for (int start = 0, end; start < text.Length; start = end)
    {
        var style = Style(start);
        for (end = start + 1; end < text.Length && Style(end) == style;) end++;
        if (!string.IsNullOrWhiteSpace(text[start..end])) yield return (start, style, text[start..end]);
    }

    string Style(int i) => text[i] is >= '\u2800' and < '\u2900' ? "curve"
        : text.Contains('│') || text.Contains('└') ? "dim"
        : text.StartsWith("test accuracy", StringComparison.Ordinal) ? "strong" : "plain";
}
