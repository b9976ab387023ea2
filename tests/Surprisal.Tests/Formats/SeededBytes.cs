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

    /// <summary>
    /// A file with one to four bytes changed, cut out or put in, a bit flipped, a number of 2, 4 or 8 bytes replaced, a piece of it cut out or
    /// there twice, or its end cut off.
    /// </summary>
    /// <param name="whole">The file.</param>
    /// <param name="interesting">Bytes that mean something in it: half of those that are put in.</param>
    public byte[] Damaged(byte[] whole, byte[] interesting)
    {
        var bytes = whole.ToList();
        for (var changes = 1 + Below(4); changes > 0 && bytes.Count > 8; changes--)
        {
            var at = Below(bytes.Count);
            var value = Below(2) == 0 ? interesting[Below(interesting.Length)] : Bytes(1)[0];
            switch (Below(12))
            {
                case 0: bytes.RemoveAt(at); break;
                case 1: bytes.Insert(at, value); break;
                case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                case 3: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 8 * Below(40))); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(0, Math.Min(bytes.Count, Below(40)))); break;
                case 5:
                    var number = BitConverter.GetBytes(Below(2) == 0 ? ulong.MaxValue >> Below(64) : (ulong)Below(1 << 30) << Below(34));
                    for (var i = 0; i < 2 << Below(3) && at + i < bytes.Count; i++) bytes[at + i] = number[i];
                    break;
                case 6: bytes[at] ^= (byte)(1 << Below(8)); break;
                default: bytes[at] = value; break;
            }
        }
        return [.. bytes];
    }
}
