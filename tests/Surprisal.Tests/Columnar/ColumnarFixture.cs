using Surprisal.Columnar;

namespace Surprisal.Tests.Columnar;

/// <summary>
/// A folder with a file of columns in it, the files that other programs wrote, and what is in them: row i has the logits
/// (7i + 3c) mod 16 / 4 - 2 for 3 classes, and the label 5i mod 3.
/// </summary>
internal sealed class ColumnarFixture : IDisposable
{
    public const int Rows = 7, Classes = 3;

    public static readonly string[] Names = ["cat", "dog", "鱼"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public static double[] Logits { get; } = [.. Enumerable.Range(0, Rows * Classes).Select(static i => Logit(i / Classes, i % Classes))];

    public static long[] Labels { get; } = [.. Enumerable.Range(0, Rows).Select(static row => 5L * row % Classes)];

    public string Path => At("t");

    public static double Logit(int row, int c) => (7 * row + 3 * c) % 16 / 4.0 - 2;

    /// <summary>A file of Goldens/arrow.mjs or Goldens/parquet.cs.</summary>
    public static byte[] Golden(string name)
    {
        var json = Tests.Golden.Open("Columnar/Goldens/arrow.json");
        return (json.TryGetProperty(name, out var file) ? file : Tests.Golden.Open("Columnar/Goldens/parquet.json").GetProperty(name)).GetBytesFromBase64();
    }

    /// <summary>The names of the files of a golden.</summary>
    public static IEnumerable<string> GoldenNames(string golden) =>
        Tests.Golden.Open($"Columnar/Goldens/{golden}.json").EnumerateObject().Select(static file => file.Name);

    public string At(string file) => System.IO.Path.Combine(folder.FullName, file);

    public string Write(byte[] bytes)
    {
        File.WriteAllBytes(Path, bytes);
        return Path;
    }

    /// <summary>All numbers of a column, read in blocks that fit no batch.</summary>
    public T[] Read<T>(byte[] bytes, string? name, IReadOnlyList<string>? classNames = null, long memory = ColumnarFile.DefaultMemory)
        where T : unmanaged, INumber<T>
    {
        using var array = ColumnarFile.OpenArray(Write(bytes), name, classNames, memory);
        return Read<T>(array);
    }

    public static T[] Read<T>(StoredArray array, int block = 4)
        where T : unmanaged, INumber<T>
    {
        var numbers = new T[array.Length];
        for (var first = 0; first < numbers.Length; first += block) array.Read(first, numbers.AsSpan(first, Math.Min(block, numbers.Length - first)));
        array.Verify();
        return numbers;
    }

    /// <summary>What is said of a file behind its name, whether it is refused when it is opened or when it is read.</summary>
    public string Refusal(byte[] bytes, string? name = null, IReadOnlyList<string>? classNames = null, long memory = ColumnarFile.DefaultMemory)
    {
        Write(bytes);
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            using var array = ColumnarFile.OpenArray(Path, name, classNames, memory);
            array.Verify();
        });
        Assert.StartsWith(Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        return error.Message[Path.Length..];
    }

    public void Dispose() => folder.Delete(recursive: true);
}
