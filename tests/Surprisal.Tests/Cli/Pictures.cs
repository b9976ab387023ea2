namespace Surprisal.Tests.Cli;

/// <summary>A folder of small pictures in classes that a linear model tells apart, no two alike.</summary>
internal static class Pictures
{
    public const int Size = 8;

    /// <summary>Writes so many of each class, each class lighter than the one before.</summary>
    public static void Write(string folder, int each, params string[] classes)
    {
        foreach (var (level, name) in classes.Index())
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (var i = 0; i < each; i++) Write(Path.Combine(folder, name, $"{i}.pgm"), 30 + 180 * level / classes.Length, i);
        }
    }

    /// <summary>One picture around a level.</summary>
    public static void Write(string path, int level, int number) =>
        File.WriteAllBytes(path, [.. "P5 8 8 255\n"u8, .. Enumerable.Range(0, Size * Size).Select(k => (byte)(level + number + k * (number + 3) % 31))]);
}
