using System.Buffers;
using System.Collections.ObjectModel;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>An array of numbers in a file, of any length, that is read in blocks: none of it is in memory but the block.</summary>
/// <remarks>
/// Numbers come in C order, the last axis fastest, whatever the order and the byte order of the file. Sizes are long, for logits of samples
/// by classes pass 2^31 daily. Files are read by position and never mapped, so one that shrinks meanwhile ends in an exception. Other
/// formats are classes of their own that give <see cref="ReadElements"/>.
/// </remarks>
public abstract class StoredArray : IDisposable
{
    private const int BlockBytes = 1 << 16, Piece = 1 << 20;

    /// <summary>What the array is; checks that its sizes are 0 or more and their product is a long.</summary>
    /// <param name="name">The file, or file:array, as messages name it.</param>
    /// <param name="type">What its numbers are.</param>
    /// <param name="shape">The sizes of its axes; none for a single number.</param>
    /// <exception cref="ArgumentException">A size is negative, or there are more numbers than a long counts.</exception>
    protected StoredArray(string name, StoredType type, IReadOnlyList<long> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(shape);
        (Name, Type, Shape) = (name, type, new ReadOnlyCollection<long>([.. shape]));
        Length = StoredShape.Length(Shape)
            ?? throw new ArgumentException($"{StoredShape.Format(Shape)} is no shape: sizes are 0 or more, and a long holds their product.",
                nameof(shape));
    }

    /// <summary>The file as it was given, or file:array where the file holds several.</summary>
    public string Name { get; }

    /// <summary>What the numbers are.</summary>
    public StoredType Type { get; }

    /// <summary>The sizes of the axes; none for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many numbers there are.</summary>
    public long Length { get; }

    /// <summary>
    /// Whether numbers can be read from anywhere, and by several threads at a time. False for what is compressed or comes through a pipe:
    /// that is read by one thread from the front to the back.
    /// </summary>
    public abstract bool CanSeek { get; }

    /// <summary>Reads numbers as they stand in C order.</summary>
    /// <param name="first">The position of the first one, from 0.</param>
    /// <param name="destination">Receives as many as it holds.</param>
    /// <param name="mayRound">Whether float64 may become float, each number rounded once; false by default, and then it is refused.</param>
    /// <typeparam name="T">float or double for floating types, which are widened exactly; long for integers and bool, which is 0 or 1; or
    /// the type with the very bits of the file, such as Half, BFloat16 or byte.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">The array has no such positions; nothing has been written.</exception>
    /// <exception cref="InvalidDataException">The file's type does not go into <typeparamref name="T"/> (nothing has been written), an
    /// unsigned number is above 2^63 - 1, or the file is damaged or was changed while it was read.</exception>
    /// <exception cref="InvalidOperationException">It cannot seek, and <paramref name="first"/> has been passed.</exception>
    public void Read<T>(long first, Span<T> destination, bool mayRound = false)
        where T : unmanaged, INumber<T>
    {
        if (first < 0 || first > Length - destination.Length)
            throw new ArgumentOutOfRangeException(nameof(first), first,
                $"{Name} has {Length} numbers; {destination.Length} from position {first} on are not all there.");
        var isOwn = Type.Element == typeof(T);
        if (!isOwn) StoredNumbers.Require<T>(Name, Type, mayRound);
        if (isOwn) ReadOwn(first, destination);
        else ReadConverted(first, destination);
    }

    /// <summary>Reads what was not read yet and compares the checksum of the format, if it has one: before that, no result is
    /// certain.</summary>
    /// <remarks>Numbers that were read in order, from the first to the last, have been compared already; this then costs nothing.</remarks>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public virtual void Verify()
    {
    }

    /// <summary>One line: logits.npy: float32 [1000, 10].</summary>
    public override string ToString() => $"{Name}: {Type} {StoredShape.Format(Shape)}";

    /// <summary>Closes the file, where this array has one of its own.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads numbers as they are in memory: little-endian, in C order, of the size that their type has.</summary>
    /// <param name="first">The position of the first one, from 0; it and all that follow are in the array.</param>
    /// <param name="elements">Receives them: a whole number of numbers.</param>
    protected internal abstract void ReadElements(long first, Span<byte> elements);

    /// <summary>Closes what the array holds.</summary>
    /// <param name="disposing">True from Dispose, false from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private void ReadOwn<T>(long first, Span<T> destination)
        where T : unmanaged
    {
        // A span of bytes counts in an int.
        for (; !destination.IsEmpty; first += Piece)
        {
            var piece = destination[..Math.Min(Piece, destination.Length)];
            ReadElements(first, MemoryMarshal.AsBytes(piece));
            destination = destination[piece.Length..];
        }
    }

    private void ReadConverted<T>(long first, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            while (!destination.IsEmpty)
            {
                var count = Math.Min(BlockBytes / Type.Bytes, destination.Length);
                var elements = buffer.AsSpan(0, count * Type.Bytes);
                ReadElements(first, elements);
                var wrong = StoredNumbers.Convert(Type, elements, destination[..count]);
                if (wrong >= 0)
                    throw new InvalidDataException($"{Name}: the number at {StoredShape.Index(Shape, first + wrong)} is " +
                        $"{MemoryMarshal.Cast<byte, ulong>(elements)[wrong]}; at most {long.MaxValue} was expected.");
                first += count;
                destination = destination[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
