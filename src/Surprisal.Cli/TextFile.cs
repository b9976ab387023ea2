namespace Surprisal.Cli;

/// <summary>Text files that are there whole or not at all.</summary>
internal static class TextFile
{
    /// <exception cref="IOException">The file cannot be written; the old one is intact then.</exception>
    public static void Write(string path, string text)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new IOException($"{path}: cannot be written: {error.Message}", error);
        }
    }
}
