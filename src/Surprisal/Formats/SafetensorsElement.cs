using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>One element type of the format: its code, its size, and how tensors of it meet a stream.</summary>
/// <remarks>The bytes are little-endian, as the memory of every machine that .NET is released for.</remarks>
internal abstract class SafetensorsElement
{
    private SafetensorsElement(string code, int bytes) => (Code, Bytes) = (code, bytes);

    /// <summary>In the order in which the reference implementation lays out the data: aligned ones first.</summary>
    public static IReadOnlyList<SafetensorsElement> All { get; } =
    [
        new Typed<long>("I64"), new Typed<double>("F64"), new Typed<float>("F32"), new Typed<int>("I32"),
        new Typed<BFloat16>("BF16"), new Typed<Half>("F16"), new Typed<short>("I16"), new Typed<sbyte>("I8"), new Typed<byte>("U8"),
    ];

    /// <summary>The format's name of it, such as F32.</summary>
    public string Code { get; }

    /// <summary>The size of one element.</summary>
    public int Bytes { get; }

    public abstract bool Holds(Tensor tensor);

    public abstract void Write(Tensor tensor, Stream stream);

    public abstract Tensor Read(int[] shape, Stream stream);

    private sealed class Typed<T>(string code) : SafetensorsElement(code, System.Runtime.CompilerServices.Unsafe.SizeOf<T>())
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
