using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Surprisal.Training;

namespace Surprisal.Cli.Data;

/// <summary>Samples with the same content, found by its hash: of each sample 16 bytes are kept, and its place.</summary>
internal sealed class DataCopies
{
    /// <summary>Whether the source of a sample is its target too, so that its hash says nothing of the sample alone.</summary>
    public bool HasTargetsInSources { get; init; }

    private readonly Dictionary<UInt128, SamplePlace> first = [];
    private readonly Dictionary<SamplePlace, List<SamplePlace>> groups = [];

    /// <summary>Each content that several samples have, with those samples, in their order.</summary>
    public IReadOnlyCollection<IReadOnlyList<SamplePlace>> Groups => groups.Values;

    /// <summary>How many samples are copies of one before them.</summary>
    public int Count => groups.Values.Sum(static group => group.Count - 1);

    /// <summary>The contents that are in several parts: what is tested with was learned.</summary>
    public IEnumerable<IReadOnlyList<SamplePlace>> Across =>
        groups.Values.Where(static group => group.Exists(place => place.Part != group[0].Part));

    /// <summary>Adds the samples of the next part.</summary>
    public void Add(int part, Dataset data)
    {
        var sample = new float[data.SampleShape.ElementCount];
        for (var index = 0; index < data.Count; index++)
        {
            var place = new SamplePlace(part, index);
            var key = BinaryPrimitives.ReadUInt128LittleEndian(Hash(data, index, sample));
            if (first.TryAdd(key, place)) continue;
            if (!groups.TryGetValue(first[key], out var group)) groups.Add(first[key], group = [first[key]]);
            group.Add(place);
        }
    }

    /// <summary>Of an image's file the hash of its pixels, which is known; of others that of their numbers.</summary>
    private byte[] Hash(Dataset data, int index, float[] sample)
    {
        if (!HasTargetsInSources && data.Source(index) is { } source) return Convert.FromHexString(source.Hash);
        data.Read(index, sample);
        return SHA256.HashData(MemoryMarshal.AsBytes<float>(sample));
    }
}
