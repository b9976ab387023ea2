namespace Surprisal.Tests.Cuda;

/// <summary>
/// Memory that knows what of it was written, by whom and when: an access outside of an allocation, unaligned, of bytes that nobody wrote,
/// or beside another thread's without a barrier between, throws.
/// </summary>
internal sealed class PtxMemory(string space)
{
    private readonly List<Piece> pieces = [];
    private Piece? last;

    public int Allocations => pieces.Count;

    public void Allocate(ulong start, int length) => pieces.Add(new(start, length));

    public void Free(ulong start)
    {
        last = null;
        if (pieces.RemoveAll(piece => piece.Start == start) != 1) throw new InvalidOperationException($"{start:X} is freed, but was not allocated.");
    }

    /// <summary>The bytes of an allocation that kernels read and wrote.</summary>
    public (long Read, long Written) Traffic(ulong start) => Find(start, 1) is var piece ? (piece.BytesRead, piece.BytesWritten) : default;

    /// <summary>What lies behind an address, for the host.</summary>
    public Span<byte> Bytes(ulong address, int length, bool isWritten)
    {
        if (length == 0) return [];
        var piece = Find(address, length);
        var at = (int)(address - piece.Start);
        if (isWritten) piece.IsWritten.AsSpan(at, length).Fill(true);
        else if (piece.IsWritten.AsSpan(at, length).Contains(false)) throw new InvalidOperationException("bytes that nobody wrote are copied");
        return piece.Content.AsSpan(at, length);
    }

    /// <summary>Forgets who did what: a kernel has ended.</summary>
    public void Order()
    {
        foreach (var piece in pieces) (piece.Owners, piece.Unit) = ([], 0);
    }

    public ulong Read(ulong address, int size, PtxThread by)
    {
        var piece = Find(address, size);
        var at = (int)(address - piece.Start);
        if (!piece.IsWritten[at] || !piece.IsWritten[at + size - 1]) throw new InvalidOperationException($"{space} [{address:X}] is read before it is written");
        foreach (ref var owner in OwnersOf(piece, at, size))
        {
            if (!owner.Writer.IsBefore(by))
                throw new InvalidOperationException($"{space} [{address:X}] is read by thread {by.Number} beside a write of thread {owner.Writer.Thread}");
            owner.Reader = owner.Reader.And(by);
        }
        piece.BytesRead += size;
        var from = piece.Content.AsSpan(at);
        return size switch
        {
            1 => from[0],
            2 => BitConverter.ToUInt16(from),
            4 => BitConverter.ToUInt32(from),
            _ => BitConverter.ToUInt64(from),
        };
    }

    public void Write(ulong address, int size, ulong value, PtxThread by)
    {
        var piece = Find(address, size);
        var at = (int)(address - piece.Start);
        foreach (ref var owner in OwnersOf(piece, at, size))
        {
            if (!owner.Writer.IsBefore(by) || !owner.Reader.IsBefore(by))
                throw new InvalidOperationException($"{space} [{address:X}] is written by thread {by.Number} beside " +
                    (owner.Writer.IsBefore(by) ? "a read of another" : $"a write of thread {owner.Writer.Thread}"));
            owner.Writer = PtxAccess.Of(by);
        }
        for (var i = 0; i < size; i++, value >>= 8)
        {
            piece.Content[at + i] = (byte)value;
            piece.IsWritten[at + i] = true;
        }
        piece.BytesWritten += size;
    }

    /// <summary>An access that other threads may make too: add or min of 64 bits.</summary>
    public void Reduce(ulong address, string opcode, ulong value)
    {
        var bytes = Bytes(address, 8, isWritten: false);
        var old = BitConverter.ToUInt64(bytes);
        BitConverter.TryWriteBytes(bytes, opcode switch
        {
            "red.global.min.u64" => Math.Min(old, value),
            "red.global.add.u64" => old + value,
            "red.global.add.f64" => BitConverter.DoubleToUInt64Bits(BitConverter.UInt64BitsToDouble(old) + BitConverter.UInt64BitsToDouble(value)),
            _ => throw new InvalidOperationException($"{opcode} is not understood"),
        });
    }

    /// <summary>Who accessed some bytes, by pieces of the smallest size that was.</summary>
    private static Span<Owner> OwnersOf(Piece piece, int at, int size)
    {
        if (piece.Unit == 0)
        {
            piece.Unit = size;
            piece.Owners = new Owner[piece.Content.Length / size];
            Array.Fill(piece.Owners, new() { Writer = PtxAccess.None, Reader = PtxAccess.None });
        }
        else if (piece.Unit > size)
        {
            var (parts, length) = (piece.Unit / size, piece.Content.Length / size);
            piece.Owners = [.. Enumerable.Range(0, length).Select(i => i / parts < piece.Owners.Length
                ? piece.Owners[i / parts] : new() { Writer = PtxAccess.None, Reader = PtxAccess.None })];
            piece.Unit = size;
        }
        return piece.Owners.AsSpan(at / piece.Unit, size / piece.Unit);
    }

    private Piece Find(ulong address, int length)
    {
        if (last is null || address < last.Start || address + (ulong)length > last.Start + (ulong)last.Content.Length)
            last = pieces.Find(piece => address >= piece.Start && address + (ulong)length <= piece.Start + (ulong)piece.Content.Length)
                ?? throw new InvalidOperationException($"{space} [{address:X}] with {length} bytes is outside of every allocation");
        return last;
    }

    private sealed class Piece(ulong start, int length)
    {
        public readonly ulong Start = start;
        public readonly byte[] Content = new byte[length];
        public readonly bool[] IsWritten = new bool[length];
        public Owner[] Owners = [];
        public int Unit;
        public long BytesRead, BytesWritten;
    }

    private struct Owner
    {
        public PtxAccess Writer, Reader;
    }
}
