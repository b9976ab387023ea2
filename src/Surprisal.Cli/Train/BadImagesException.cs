using Surprisal.Cli.Models;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>Images that cannot be read, where nobody asked to leave them out.</summary>
/// <param name="files">Of them at least one.</param>
internal sealed class BadImagesException(IReadOnlyList<UnreadableFile> files)
    : IOException(Text(files, "."))
{
    /// <summary>The same with the way out, for those who can take it.</summary>
    public string Advice => Text(files, files.Count == 1 ? "; --skip-bad leaves such files out." : ", and --skip-bad leaves them out.");

    private static string Text(IReadOnlyList<UnreadableFile> files, string end) =>
        BadImages.Placed(files[0]).TrimEnd('.') +
        (files.Count == 1 ? end : $"; {files.Count} files in all cannot be read{end}");
}
