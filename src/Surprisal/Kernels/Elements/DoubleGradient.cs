using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>A function of three arguments, over lanes.</summary>
internal interface ITernary<T> where T : unmanaged
{
    Lanes<T> Apply(Lanes<T> x, Lanes<T> y, Lanes<T> z);
}

/// <summary>Gradients in double: upstream g [n], x [n], y [n] -> f(g, x, y) [n], a piece at a time.</summary>
/// <remarks>
/// For formulas of which an intermediate result would overflow, underflow or be rounded in T, and for gradients that are summed afterwards.
/// </remarks>
internal static class DoubleGradient
{
    /// <summary>The elements of a piece: its three operands as doubles stay in L1.</summary>
    public const int Piece = 1024;

    /// <summary>The length of the buffer for a piece.</summary>
    public const int BufferLength = 3 * Piece;

    /// <summary>Computes one piece in the buffer and returns it; a single x or y is for all g.</summary>
    public static ReadOnlySpan<double> Compute<T, TOp>(ReadOnlySpan<T> g, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<double> buffer, TOp f)
        where T : unmanaged, INumberBase<T>
        where TOp : struct, ITernary<double>
    {
        Span<double> to = buffer[..Piece], left = buffer.Slice(Piece, Piece), right = buffer.Slice(2 * Piece, Piece);
        Load(g, to, g.Length);
        Load(x, left, g.Length);
        Load(y, right, g.Length);
        Apply(to, left, right, g.Length, f);
        return to[..g.Length];
    }

    /// <summary>Rounds each double to T.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Store<T>(ReadOnlySpan<double> from, Span<T> to) where T : unmanaged, INumberBase<T>
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            for (; i <= to.Length - Lanes<T>.Count; i += Lanes<T>.Count)
                Lanes<T>.LoadFromDouble(ref source, i).StoreResult(ref MemoryMarshal.GetReference(to), i);
        for (; i < to.Length; i++) to[i] = Scalar.Round<T>(from[i]);
    }

    /// <summary>Widens so many numbers; a single one is for all.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Load<T>(ReadOnlySpan<T> from, Span<double> to, int count) where T : unmanaged, INumberBase<T>
    {
        if (from.Length < count)
        {
            to[..count].Fill(double.CreateTruncating(from[0]));
            return;
        }
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            for (; i <= count - Lanes<T>.Count; i += Lanes<T>.Count)
                Lanes<T>.Load(ref source, i).StoreAsDouble(ref MemoryMarshal.GetReference(to), i);
        for (; i < count; i++) to[i] = double.CreateTruncating(from[i]);
    }

    /// <summary>g = f(g, x, y) in whole lane blocks: the buffer continues behind the elements.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Apply<TOp>(Span<double> g, ReadOnlySpan<double> x, ReadOnlySpan<double> y, int count, TOp f)
        where TOp : struct, ITernary<double>
    {
        ref var to = ref MemoryMarshal.GetReference(g);
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        for (nint i = 0; i < count; i += Lanes<double>.Count)
            f.Apply(Lanes<double>.Load(ref to, i), Lanes<double>.Load(ref left, i), Lanes<double>.Load(ref right, i)).Store(ref to, i);
    }
}
