using System.Buffers;
using System.Text;

namespace Surprisal.Cli.Language;

/// <summary>A text to learn from: every byte counts, a byte order mark and line ends too.</summary>
internal static class Utf8Text
{
    /// <summary>The text of a file; null is the one that comes with the program.</summary>
    /// <exception cref="InvalidDataException">Empty, or not UTF-8; the message gives the place.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static string Read(string? path) => path is null ? Decode(MobyDick.Name, MobyDick.Read())
        : File.Exists(path) ? Decode(path, File.ReadAllBytes(path))
        : throw new FileNotFoundException($"{path}: no such file.");

    public static string Decode(string name, byte[] bytes)
    {
        if (bytes.Length == 0) throw new InvalidDataException($"{name}: the text is empty.");
        for (var at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes.AsSpan(at), out _, out var length) != OperationStatus.Done)
                throw new InvalidDataException($"{name}: byte {at} is {bytes[at]:x2}, which is no UTF-8 there; save the text as UTF-8.");
            at += length;
        }
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The text before and behind a place, a share from the end, that is no half of a character.</summary>
    public static (string Train, string Validation) Split(string text, double share)
    {
        var cut = (int)(text.Length * (1 - share));
        if (cut > 0 && cut < text.Length && char.IsLowSurrogate(text[cut])) cut--;
        return (text[..cut], text[cut..]);
    }
}
