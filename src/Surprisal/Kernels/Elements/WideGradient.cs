using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>A function of three numbers, over lanes.</summary>
internal interface ITernary<T> where T : unmanaged
{
    Lanes<T> Apply(Lanes<T> x, Lanes<T> y, Lanes<T> z);
}

/// <summary>Gradients f(g, x, y) in double, piece by piece: where a step between would overflow, vanish or be rounded in their own type, or where they are added up.</summary>
internal static class WideGradient
{
    /// <summary>The numbers of a piece: three of them as doubles stay in the first cache.</summary>
    public const int Piece = 1024;

    /// <summary>The room that a piece needs.</summary>
    public const int Room = 3 * Piece;

    /// <summary>f(g, x, y) in double, in the room; one x or one y is for all.</summary>
    public static ReadOnlySpan<double> Run<T, TOp>(ReadOnlySpan<T> g, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<double> room, TOp f)
        where T : unmanaged, INumberBase<T>
        where TOp : struct, ITernary<double>
    {
        Span<double> to = room[..Piece], left = room.Slice(Piece, Piece), right = room.Slice(2 * Piece, Piece);
        Load(g, to, g.Length);
        Load(x, left, g.Length);
        Load(y, right, g.Length);
        Apply(to, left, right, g.Length, f);
        return to[..g.Length];
    }

    /// <summary>Each number rounded once.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Store<T>(ReadOnlySpan<double> from, Span<T> to) where T : unmanaged, INumberBase<T>
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            for (; i <= to.Length - Lanes<T>.Count; i += Lanes<T>.Count) Lanes<T>.LoadWide(ref source, i).StoreResult(ref MemoryMarshal.GetReference(to), i);
        for (; i < to.Length; i++) to[i] = Scalar.Rounded<T>(from[i]);
    }

    [MethodImpl(Compile.Separately)]
    private static void Load<T>(ReadOnlySpan<T> from, Span<double> to, int count) where T : unmanaged, INumberBase<T>
    {
        if (from.Length < count)
        {
            to[..count].Fill(double.CreateTruncating(from[0]));
            return;
        }
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            for (; i <= count - Lanes<T>.Count; i += Lanes<T>.Count) Lanes<T>.Load(ref source, i).StoreWide(ref MemoryMarshal.GetReference(to), i);
        for (; i < count; i++) to[i] = double.CreateTruncating(from[i]);
    }

    /// <summary>Whole lane blocks: what lies behind the numbers is the room's.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Apply<TOp>(Span<double> g, ReadOnlySpan<double> x, ReadOnlySpan<double> y, int count, TOp f) where TOp : struct, ITernary<double>
    {
        ref var to = ref MemoryMarshal.GetReference(g);
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        for (nint i = 0; i < count; i += Lanes<double>.Count)
            f.Apply(Lanes<double>.Load(ref to, i), Lanes<double>.Load(ref left, i), Lanes<double>.Load(ref right, i)).Store(ref to, i);
    }
}
