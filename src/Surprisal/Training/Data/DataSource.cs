using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>
/// A file or an array that samples come from, known by its contents: no times and no absolute paths, so moved data stay the same data.
/// </summary>
public sealed record DataSource
{
    /// <summary>A path relative to the data's folder, or what the array holds.</summary>
    public required string Name { get; init; }

    /// <summary>Its bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The SHA-256 of its bytes, in lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>The source that these bytes are.</summary>
    /// <param name="name">A path relative to the data's folder, or what the bytes hold.</param>
    /// <param name="bytes">All of them.</param>
    public static DataSource FromBytes(string name, ReadOnlySpan<byte> bytes) =>
        new() { Name = name, Length = bytes.Length, Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
}
