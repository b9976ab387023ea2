using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>
/// A file or an array that samples come from, known by its contents: no times and no absolute paths, so moved data stay the same data.
/// </summary>
/// <param name="Name">A path relative to the data's folder, or what the array holds.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hash">The SHA-256 of its bytes, in lower-case hexadecimal.</param>
public sealed record DataSource(string Name, long Length, string Hash)
{
    internal static DataSource FromBytes(string name, ReadOnlySpan<byte> bytes) =>
        new(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
}
