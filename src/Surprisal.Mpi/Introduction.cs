using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>
/// The first message between ranks, 256 bytes that are laid out alike in all versions: before anything else is exchanged, all know that
/// they are about to do the same. Ranks with other lengths would hang, or worse.
/// </summary>
public sealed record Introduction
{
    private const int Bytes = 256, TextBytes = 32, HostBytes = 64;

    private static readonly string[] fields = ["program", "parts", "parts of the vocabulary", "version", "options", "data", "shapes"];

    /// <summary>See <see cref="Trainer.Parts"/>.</summary>
    public required int Parts { get; init; }

    /// <summary>The parts of the classes where these lie on several ranks; 1 where they do not.</summary>
    public int VocabularyParts { get; init; } = 1;

    /// <summary>Of the program; 32 bytes count.</summary>
    public required string Version { get; init; }

    /// <summary>Everything that decides how to train, as a text.</summary>
    public required string Options { get; init; }

    /// <summary>What the samples come from, as a text.</summary>
    public required string Data { get; init; }

    /// <summary>The parameters' names and shapes.</summary>
    public required string Shapes { get; init; }

    /// <summary>Tells all ranks, and refuses those that differ from rank 0.</summary>
    /// <param name="group">The ranks.</param>
    /// <returns>The host and the process of each rank: host a, process 123.</returns>
    /// <exception cref="MpiException">Ranks differ; the message, the same on all, names what, and which.</exception>
    public IReadOnlyList<string> Exchange(ProcessGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var all = new byte[Bytes * group.Size];
        group.AllGather(ToBytes(), all).Wait();
        var messages = Enumerable.Range(0, group.Size).Select(rank => Fields(all.AsSpan(rank * Bytes, Bytes))).ToList();
        var complaints = fields.Select((field, i) => (field, Ranks: Enumerable.Range(1, group.Size - 1)
            .Where(rank => messages[rank].Values[i] != messages[0].Values[i]).ToList()))
            .Where(static each => each.Ranks.Count > 0)
            .Select(each => $"{each.field} at rank {string.Join(", ", each.Ranks.Select(rank => $"{rank} ({messages[rank].Host})"))}")
            .ToList();
        return complaints.Count == 0 ? [.. messages.Select(static message => message.Host)]
            : throw new MpiException($"the ranks are not about to do the same; other than at rank 0 ({messages[0].Host}) is: " +
                $"{string.Join("; ", complaints)}.");
    }

    private byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        var at = 0;
        Text("SPL1", 4);
        Number(Parts);
        Number(VocabularyParts);
        Text(Version, TextBytes);
        foreach (var text in new[] { Options, Data, Shapes })
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(text)).CopyTo(bytes, at);
            at += SHA256.HashSizeInBytes;
        }
        Text($"{Environment.MachineName}, process {Environment.ProcessId}", HostBytes);
        return bytes;

        void Text(string text, int length)
        {
            var encoded = Encoding.UTF8.GetBytes(text);
            encoded.AsSpan(0, Math.Min(encoded.Length, length)).CopyTo(bytes.AsSpan(at));
            at += length;
        }

        void Number(int number)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), number);
            at += sizeof(int);
        }
    }

    private static (string[] Values, string Host) Fields(ReadOnlySpan<byte> bytes)
    {
        int[] lengths = [4, 4, 4, TextBytes, 32, 32, 32];
        var (values, at) = (new string[lengths.Length], 0);
        for (var i = 0; i < lengths.Length; at += lengths[i++]) values[i] = Convert.ToHexString(bytes.Slice(at, lengths[i]));
        return (values, Encoding.UTF8.GetString(bytes.Slice(at, HostBytes)).TrimEnd('\0'));
    }
}
