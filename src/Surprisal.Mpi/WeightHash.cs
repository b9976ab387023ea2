using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>64 bits of all parameters and buffers: what has gone wrong in one rank's memory shows before it is saved.</summary>
internal static class WeightHash
{
    /// <exception cref="MpiException">Ranks have other weights than rank 0; the message, the same on all, names them.</exception>
    public static void Compare(Trainer trainer, string since)
    {
        var group = trainer.Group;
        if (group.Size == 1) return;
        var all = new byte[sizeof(ulong) * group.Size];
        var own = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(own, Of(trainer));
        group.AllGather(own, all).Wait();
        var others = Enumerable.Range(1, group.Size - 1)
            .Where(rank => !all.AsSpan(rank * sizeof(ulong), sizeof(ulong)).SequenceEqual(all.AsSpan(0, sizeof(ulong)))).ToList();
        if (others.Count > 0)
            throw new MpiException($"weights of {string.Join(", ", others.Select(group.Describe))} differ {since} from those of rank 0; " +
                "a rank's memory or data may be damaged, or a module draws numbers that do not follow from the row.");
    }

    private static ulong Of(Trainer trainer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, parameter) in trainer.Model.NamedParameters()) hash.AppendData(MemoryMarshal.AsBytes(parameter.AsReadOnlySpan()));
        foreach (var (_, buffer) in trainer.Model.NamedBuffers())
        {
            if (buffer is Tensor<float> floats) hash.AppendData(MemoryMarshal.AsBytes(floats.AsReadOnlySpan()));
            if (buffer is Tensor<long> integers) hash.AppendData(MemoryMarshal.AsBytes(integers.AsReadOnlySpan()));
        }
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }
}
