using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Surprisal.Training;

/// <summary>
/// One SHA-256 of all that a data set says of itself: class names, sample shape, preparation and sources. The same on every machine.
/// </summary>
internal static class DataFingerprint
{
    public static string Compute(Dataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in data.ClassNames) Add(hash, name);
        Add(hash, data.SampleShape.ToString());
        Add(hash, data.Preparation);
        foreach (var source in data.Sources())
        {
            Add(hash, source.Name);
            Add(hash, source.Length.ToString(CultureInfo.InvariantCulture));
            Add(hash, source.Hash);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What any data set is made of: the numbers of its samples, read one by one, and their classes.</summary>
    public static DataSource[] Samples(Dataset data)
    {
        using var inputs = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sample = new float[data.SampleShape.ElementCount];
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, sample);
            inputs.AppendData(MemoryMarshal.AsBytes(sample.AsSpan()));
        }
        var source = new DataSource
        {
            Name = "inputs", Length = (long)data.Count * sample.Length * sizeof(float),
            Hash = Convert.ToHexStringLower(inputs.GetHashAndReset()),
        };
        return [source, Targets(data)];
    }

    /// <summary>The classes of the samples, in their order.</summary>
    public static DataSource Targets(Dataset data)
    {
        if (data.TargetShape.Rank > 0) return ManyTargets(data);
        var targets = new byte[data.Count * (long)sizeof(long)];
        for (var i = 0; i < data.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(targets.AsSpan(i * sizeof(long)), data.Target(i));
        return DataSource.FromBytes("targets", targets);
    }

    /// <summary>The same where each sample has several.</summary>
    private static DataSource ManyTargets(Dataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var target = new long[data.TargetShape.ElementCount];
        for (var i = 0; i < data.Count; i++)
        {
            data.ReadTarget(i, target);
            hash.AppendData(MemoryMarshal.AsBytes(target.AsSpan()));
        }
        return new DataSource
        {
            Name = "targets", Length = (long)data.Count * target.Length * sizeof(long),
            Hash = Convert.ToHexStringLower(hash.GetHashAndReset()),
        };
    }

    /// <summary>Lengths first, so that two texts never look like two others.</summary>
    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
        hash.AppendData(bytes);
    }
}
