using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>One element type that tensors have too: how tensors of it meet a stream.</summary>
/// <remarks>The bytes are little-endian, as the memory of every machine that .NET is released for.</remarks>
internal abstract class SafetensorsElement
{
    private SafetensorsElement(StoredType type) => Type = type;

    /// <summary>In the order in which the reference implementation lays out the data: aligned ones first.</summary>
    public static IReadOnlyList<SafetensorsElement> All { get; } =
    [
        new Typed<long>(), new Typed<double>(), new Typed<float>(), new Typed<int>(),
        new Typed<BFloat16>(), new Typed<Half>(), new Typed<short>(), new Typed<sbyte>(), new Typed<byte>(),
    ];

    /// <summary>What a file holds of it.</summary>
    public StoredType Type { get; }

    /// <summary>The element of an entry.</summary>
    /// <exception cref="InvalidDataException">No tensor holds such elements.</exception>
    public static SafetensorsElement Of(SafetensorsHeader.Entry entry) => All.FirstOrDefault(element => element.Type == entry.Type)
        ?? throw new InvalidDataException($"tensor \"{entry.Name}\" has dtype \"{entry.Type.Code}\", which no tensor here holds; " +
            $"one of {string.Join(", ", All.Select(static element => element.Type.Code))} was expected.");

    public abstract bool Holds(Tensor tensor);

    public abstract void Write(Tensor tensor, Stream stream);

    public abstract Tensor Read(int[] shape, Stream stream);

    private sealed class Typed<T>() : SafetensorsElement(StoredType.Of<T>())
        where T : unmanaged, INumber<T>
    {
        // Spans count bytes in an int; a large tensor has more.
        private const int Piece = 1 << 20;

        public override bool Holds(Tensor tensor) => tensor is Tensor<T>;

        public override void Write(Tensor tensor, Stream stream)
        {
            for (var rest = ((Tensor<T>)tensor).AsReadOnlySpan(); !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
                stream.Write(MemoryMarshal.AsBytes(rest[..Math.Min(Piece, rest.Length)]));
        }

        public override Tensor Read(int[] shape, Stream stream)
        {
            var tensor = Tensor.Uninitialized<T>(shape);
            for (var rest = tensor.Span; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
                stream.ReadExactly(MemoryMarshal.AsBytes(rest[..Math.Min(Piece, rest.Length)]));
            return tensor;
        }
    }
}
