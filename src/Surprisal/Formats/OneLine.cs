#if COLUMNAR // which has a copy of its own, for the library does not offer it
namespace Surprisal.Columnar;
#else
namespace Surprisal;
#endif

/// <summary>Texts from files in messages: names there may hold anything, a message is one line.</summary>
internal static class OneLine
{
    private const int Longest = 80;

    /// <summary>A blank for each control character and each end of a line.</summary>
    public static string Of(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(static letter => char.IsControl(letter) ? ' ' : letter));

    /// <summary>The same of a name, and not too much of it.</summary>
    public static string Short(string name) => Of(name.Length > Longest ? name[..Longest] + "..." : name);
}
