using System.Text.RegularExpressions;

namespace Surprisal.Tests.Losses;

/// <summary>What the errors of spans say on the tape, where the arguments are one input and one target.</summary>
internal static partial class Spoken
{
    public static string OnTape(string onSpans)
    {
        var said = Targets().Replace(Inputs().Replace(onSpans, "input"), "target");
        return Need().Replace(Have().Replace(said, "has"), "needs");
    }

    [GeneratedRegex(@"\b(logits|inputs)\b(?! go to)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Inputs();

    [GeneratedRegex(@"\btargets\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Targets();

    [GeneratedRegex(@"\bhave\b(?! the s[ahi])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Have();

    [GeneratedRegex(@"\bneed\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Need();
}
