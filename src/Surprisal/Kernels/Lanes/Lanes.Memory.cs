using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <content>Blocks to and from memory, whole and in part.</content>
internal readonly partial struct Lanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Load(ref T source, nint index) =>
        new(Unsafe.ReadUnaligned<Vector512<T>>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, index))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T target, nint index) => Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, index)), Value);

    /// <summary>Stores what leaves the kernels: every NaN as <see cref="OneNaN"/>. Copies, and what another pass reads, go by <see cref="Store"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreResult(ref T target, nint index) => OneNaN.Store(ref target, index);

    /// <summary>The first <paramref name="count"/> lanes of a result; touches nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreResult(ref T target, nint index, int count) => OneNaN.StorePart(ref target, index, count);

    /// <summary>The lanes with one NaN instead of any: of two that meet, the order of operands, which follows the width of vectors, chooses whose sign stays.</summary>
    public Lanes<T> OneNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? new(Vector512.ConditionalSelect(Vector512.Equals(Value, Value), Value, Vector512.Create(float.NaN).As<float, T>()))
            : typeof(T) == typeof(double) ? new(Vector512.ConditionalSelect(Vector512.Equals(Value, Value), Value, Vector512.Create(double.NaN).As<double, T>()))
            : this;
    }

    /// <summary>As many doubles as there are lanes, each rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LoadWide(ref double source, nint index)
    {
        if (typeof(T) == typeof(double)) return new(Lanes<double>.Load(ref source, index).Value.As<double, T>());
        return new(Vector512.Narrow(Lanes<double>.Load(ref source, index).Value, Lanes<double>.Load(ref source, index + Lanes<double>.Count).Value).As<float, T>());
    }

    /// <summary>The lanes as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreWide(ref double target, nint index)
    {
        if (typeof(T) == typeof(double))
        {
            new Lanes<double>(Value.AsDouble()).Store(ref target, index);
            return;
        }
        var (low, high) = Vector512.Widen(Value.AsSingle());
        new Lanes<double>(low).Store(ref target, index);
        new Lanes<double>(high).Store(ref target, index + Lanes<double>.Count);
    }

    /// <summary>Asks for the line of the cache that is about to be needed; nothing where the hardware has no such request.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(T* line)
    {
        if (Sse.IsSupported) Sse.Prefetch0(line);
    }

    /// <summary>Loads the first <paramref name="count"/> lanes, whole where that is all of them; the others hold <paramref name="fill"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LoadPart(ref T source, nint index, int count, T fill = default) =>
        count == Count ? Load(ref source, index) : LoadFirst(ref source, index, count, fill);

    /// <summary>By the hardware's masks where it has them, which read nothing behind the last lane; else one by one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe Lanes<T> LoadFirst(ref T source, nint index, int count, T fill)
    {
        var block = Vector512.Create(fill);
        if (Avx512F.IsSupported)
            fixed (T* from = &Unsafe.Add(ref source, index))
            {
                if (typeof(T) == typeof(float)) return new(Avx512F.MaskLoad((float*)from, Leading(count).AsSingle(), block.AsSingle()).As<float, T>());
                if (typeof(T) == typeof(double)) return new(Avx512F.MaskLoad((double*)from, Leading(count).AsDouble(), block.AsDouble()).As<double, T>());
            }
        ref var lane = ref Unsafe.As<Vector512<T>, T>(ref block);
        for (var i = 0; i < count; i++) Unsafe.Add(ref lane, i) = Unsafe.Add(ref source, index + i);
        return new(block);
    }

    /// <summary>All bits of the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Leading(int count) => typeof(T) == typeof(float)
        ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>()
        : Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>();

    /// <summary>Stores the first <paramref name="count"/> lanes and touches nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StorePart(ref T target, nint index, int count)
    {
        if (count == Count) Store(ref target, index);
        else StoreFirst(Value, ref target, index, count);
    }

    /// <summary>Static, so that the block need not have an address, which would keep it in memory all the time.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void StoreFirst(Vector512<T> block, ref T target, nint index, int count)
    {
        if (Avx512F.IsSupported && (typeof(T) == typeof(float) || typeof(T) == typeof(double)))
        {
            fixed (T* to = &Unsafe.Add(ref target, index))
            {
                if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)to, Leading(count).AsSingle(), block.AsSingle());
                else Avx512F.MaskStore((double*)to, Leading(count).AsDouble(), block.AsDouble());
            }
            return;
        }
        ref var lane = ref Unsafe.As<Vector512<T>, T>(ref block);
        for (var i = 0; i < count; i++) Unsafe.Add(ref target, index + i) = Unsafe.Add(ref lane, i);
    }

    /// <summary>Stores past the caches, to memory whose address is a multiple of 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StoreNonTemporal(T* target) => OneNaN.Value.StoreAlignedNonTemporal(target);
}
