using Surprisal.Cli.Ranks;
using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>Images that cannot be read: left out and told where that was asked for, else refused.</summary>
internal static class BadImages
{
    /// <summary>What is told of each.</summary>
    /// <exception cref="InvalidDataException">The first, where they are not left out; the message says how they would be.</exception>
    public static Action<UnreadableFile> Told(bool skips) => file => Tell(skips ? $"{file}" : Placed(file), skips);

    /// <summary>The whole path, and what is wrong.</summary>
    public static string Placed(UnreadableFile file) => $"{file.FullPath ?? file.Path}: {file.Reason}";

    /// <summary>The same of what was thrown; a file that is not there was meant to be another one, so nothing is said of leaving it
    /// out.</summary>
    public static void Tell(Exception failure, bool skips)
    {
        if (!skips && failure is (FileNotFoundException or DirectoryNotFoundException)) throw new IOException(failure.Message, failure);
        Tell(failure.Message, skips);
    }

    /// <param name="what">The file and what is wrong with it, in a line.</param>
    /// <param name="skips">Whether they are left out.</param>
    public static void Tell(string what, bool skips)
    {
        if (!skips) throw new InvalidDataException($"{what.TrimEnd('.')}; --skip-bad leaves out what cannot be read.");
        if (LaunchedRanks.Rank > 0) return; // rank 0 says the same
        Console.Error.WriteLine($"surprisal: left out: {TerminalText.Escape(Commands.Plain(what))}");
    }
}
