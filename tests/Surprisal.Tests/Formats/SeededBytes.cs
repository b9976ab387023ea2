namespace Surprisal.Tests.Training;

/// <summary>Bytes and small numbers that follow from a seed.</summary>
internal sealed class SeededBytes(uint seed)
{
    private uint state = 2 * seed + 1;

    /// <summary>0 .. bound - 1.</summary>
    public int Below(int bound) => (int)((ulong)Next() * (ulong)bound >> 32);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = (byte)(Next() >> 24);
        return bytes;
    }

    private uint Next()
    {
        state ^= state << 13;
        state ^= state >> 17;
        return state ^= state << 5;
    }
}
