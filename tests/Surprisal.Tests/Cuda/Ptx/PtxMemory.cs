namespace Surprisal.Tests.Cuda;

/// <summary>
/// Memory that knows what of it was written, by whom and when: an access outside of an allocation, unaligned, of bytes that nobody wrote, or
/// beside another thread's without a barrier between, throws.
/// </summary>
internal sealed class PtxMemory(string space)
{
    private const int Nobody = -1, Several = -2;

    private readonly List<Piece> pieces = [];

    /// <summary>Bytes that kernels read and wrote, by the allocation's start.</summary>
    public Dictionary<ulong, (long Read, long Written)> Traffic { get; } = [];

    public int Allocations => pieces.Count;

    public void Allocate(ulong start, int length)
    {
        pieces.Add(new(start, new byte[length], new bool[length], new Owner[length]));
        Array.Fill(pieces[^1].Owners, Owner.None);
    }

    public void Free(ulong start)
    {
        if (pieces.RemoveAll(piece => piece.Start == start) != 1) throw new InvalidOperationException($"{start:X} is freed, but was not allocated.");
    }

    /// <summary>What lies behind an address, for the host.</summary>
    public Span<byte> Bytes(ulong address, int length, bool isWritten)
    {
        var piece = Find(address, length);
        var at = (int)(address - piece.Start);
        if (isWritten) piece.IsWritten.AsSpan(at, length).Fill(true);
        else if (piece.IsWritten.AsSpan(at, length).Contains(false)) throw new InvalidOperationException("the host copies bytes that nobody wrote.");
        return piece.Content.AsSpan(at, length);
    }

    /// <summary>Forgets who did what: a kernel has ended.</summary>
    public void Order()
    {
        foreach (var piece in pieces) Array.Fill(piece.Owners, Owner.None);
    }

    public ulong Read(ulong address, int size, PtxThread by)
    {
        var piece = Find(address, size);
        var at = (int)(address - piece.Start);
        if (piece.IsWritten.AsSpan(at, size).Contains(false)) throw new InvalidOperationException($"{space} [{address:X}] is read before it is written");
        for (var i = at; i < at + size; i++)
        {
            ref var owner = ref piece.Owners[i];
            if (owner.Writer != Nobody && owner.Writer != by.Number && (owner.WriterBlock != by.Block || owner.WriterEpoch == by.Epoch))
                throw new InvalidOperationException($"{space} [{address:X}] is read by thread {by.Number} beside a write of thread {owner.Writer}");
            owner.Reader = owner.Reader == Nobody || owner.Reader == by.Number || (owner.ReaderBlock == by.Block && owner.ReaderEpoch < by.Epoch) ? by.Number : Several;
            owner.ReaderBlock = owner.ReaderBlock == Nobody || owner.ReaderBlock == by.Block ? by.Block : Several;
            owner.ReaderEpoch = by.Epoch;
        }
        Count(piece.Start, size, 0);
        ulong value = 0;
        for (var i = size - 1; i >= 0; i--) value = value << 8 | piece.Content[at + i];
        return value;
    }

    public void Write(ulong address, int size, ulong value, PtxThread by)
    {
        var piece = Find(address, size);
        var at = (int)(address - piece.Start);
        for (var i = at; i < at + size; i++)
        {
            ref var owner = ref piece.Owners[i];
            var besideWrite = owner.Writer != Nobody && owner.Writer != by.Number && (owner.WriterBlock != by.Block || owner.WriterEpoch == by.Epoch);
            var besideRead = owner.Reader != Nobody && owner.Reader != by.Number && (owner.ReaderBlock != by.Block || owner.ReaderEpoch == by.Epoch);
            if (besideWrite || besideRead)
                throw new InvalidOperationException(
                    $"{space} [{address:X}] is written by thread {by.Number} beside {(besideWrite ? $"a write of thread {owner.Writer}" : "a read of another")}");
            (owner.Writer, owner.WriterBlock, owner.WriterEpoch) = (by.Number, by.Block, by.Epoch);
            piece.Content[i] = (byte)(value >> (8 * (i - at)));
            piece.IsWritten[i] = true;
        }
        Count(piece.Start, 0, size);
    }

    /// <summary>An access that other threads may make too: add or min of 64 bits.</summary>
    public void Reduce(ulong address, bool isMin, ulong value)
    {
        var bytes = Bytes(address, 8, isWritten: false);
        var old = BitConverter.ToUInt64(bytes);
        BitConverter.TryWriteBytes(bytes, isMin ? Math.Min(old, value) : old + value);
    }

    private Piece Find(ulong address, int length)
    {
        foreach (var piece in pieces)
            if (address >= piece.Start && address + (ulong)length <= piece.Start + (ulong)piece.Content.Length)
                return length is 1 or 2 or 4 or 8 && address % (ulong)length != 0 && space != "host"
                    ? throw new InvalidOperationException($"{space} [{address:X}] is no multiple of {length}")
                    : piece;
        throw new InvalidOperationException($"{space} [{address:X}] with {length} bytes is outside of every allocation");
    }

    private void Count(ulong start, int read, int written)
    {
        var (allRead, allWritten) = Traffic.GetValueOrDefault(start);
        Traffic[start] = (allRead + read, allWritten + written);
    }

    private sealed record Piece(ulong Start, byte[] Content, bool[] IsWritten, Owner[] Owners);

    private record struct Owner(int Writer, int WriterBlock, int WriterEpoch, int Reader, int ReaderBlock, int ReaderEpoch)
    {
        public static Owner None => new(Nobody, Nobody, 0, Nobody, Nobody, 0);
    }
}
