using System.Text;

namespace Surprisal.Cli.Ranks;

/// <summary>Errors of a rank: each line begins with who says it.</summary>
internal sealed class RankErrors(TextWriter errors, string who) : TextWriter
{
    private readonly StringBuilder line = new();

    public override Encoding Encoding => errors.Encoding;

    public override void Write(char value)
    {
        if (value != '\n')
        {
            line.Append(value);
            return;
        }
        errors.Write($"{who}{line}\n");
        line.Clear();
    }

    public override void Flush() => errors.Flush();
}
