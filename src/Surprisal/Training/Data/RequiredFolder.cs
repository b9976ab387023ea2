namespace Surprisal.Training;

/// <summary>A folder that data are read from.</summary>
internal static class RequiredFolder
{
    /// <summary>Refuses one that is not there, or is a file.</summary>
    /// <param name="folder">Its path.</param>
    /// <param name="expected">What it should hold, to follow "there is no such folder; ": one with images was expected.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void Check(string folder, string expected)
    {
        if (Directory.Exists(folder)) return;
        throw new DirectoryNotFoundException(
            $"{folder}: {(File.Exists(folder) ? "this is a file, and no folder" : "there is no such folder")}; {expected}.");
    }
}
