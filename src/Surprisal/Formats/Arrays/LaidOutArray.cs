using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>Numbers that lie one after another in a file, in either byte order, and in C or Fortran order.</summary>
internal sealed class LaidOutArray : StoredArray
{
    private readonly ArrayBytes bytes;
    private readonly long start;
    private readonly bool isSwapped;
    private readonly FortranBlocks? fortran;
    private readonly IDisposable? owner;

    /// <param name="name">As messages name it.</param>
    /// <param name="type">What the numbers are.</param>
    /// <param name="shape">The sizes of the axes.</param>
    /// <param name="bytes">Where they are.</param>
    /// <param name="start">The position of the first number in them.</param>
    /// <param name="isSwapped">Whether they are big-endian.</param>
    /// <param name="isFortran">Whether the first axis is the fastest.</param>
    /// <param name="owner">The file that is closed with the array, where no one else closes it.</param>
    public LaidOutArray(string name, StoredType type, IReadOnlyList<long> shape, ArrayBytes bytes, long start = 0, bool isSwapped = false,
        bool isFortran = false, IDisposable? owner = null)
        : base(name, type, shape)
    {
        (this.bytes, this.start, this.isSwapped, this.owner) = (bytes, start, isSwapped, owner);
        // With one long axis, or none, both orders are the same.
        if (isFortran && Length > 0 && shape.Count(static size => size > 1) > 1)
            fortran = new FortranBlocks(name, bytes, start, shape, type.Bytes);
    }

    /// <inheritdoc/>
    public override bool CanSeek => bytes.CanSeek || fortran is not null;

    /// <inheritdoc/>
    public override void Verify()
    {
        fortran?.Hold();
        bytes.Verify();
    }

    /// <inheritdoc/>
    protected internal override void ReadElements(long first, Span<byte> elements)
    {
        if (fortran is not null) fortran.Read(first, elements);
        else bytes.Read(start + first * Type.Bytes, elements);
        if (isSwapped) Swap(elements, Type.Bytes);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bytes.Close();
            owner?.Dispose();
        }
        base.Dispose(disposing);
    }

    private static void Swap(Span<byte> elements, int size)
    {
        if (size == 2) Reverse(MemoryMarshal.Cast<byte, ushort>(elements));
        else if (size == 4) Reverse(MemoryMarshal.Cast<byte, uint>(elements));
        else if (size == 8) Reverse(MemoryMarshal.Cast<byte, ulong>(elements));
    }

    private static void Reverse(Span<ushort> values) => BinaryPrimitives.ReverseEndianness(values, values);

    private static void Reverse(Span<uint> values) => BinaryPrimitives.ReverseEndianness(values, values);

    private static void Reverse(Span<ulong> values) => BinaryPrimitives.ReverseEndianness(values, values);
}
