using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <content>Loads and stores of lane blocks, whole and partial.</content>
internal readonly partial struct Lanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Load(ref T source, nint index) =>
        new(Unsafe.ReadUnaligned<Vector512<T>>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, index))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T target, nint index) => Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, index)), Value);

    /// <summary>
    /// Stores a result that leaves the kernels, with every NaN canonical (see <see cref="CanonicalNaN"/>). Copies and intermediate results
    /// go by <see cref="Store"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreResult(ref T target, nint index) => CanonicalNaN.Store(ref target, index);

    /// <summary>Stores the first <paramref name="count"/> lanes of a result; touches nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreResult(ref T target, nint index, int count) => CanonicalNaN.StorePartial(ref target, index, count);

    /// <summary>
    /// The lanes with the default NaN in place of any other. Which NaN an operation of two NaN returns depends on the order of its
    /// operands, and that on the width of vectors.
    /// </summary>
    public Lanes<T> CanonicalNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float)
            ? new(Vector512.ConditionalSelect(Vector512.Equals(Value, Value), Value, Vector512.Create(float.NaN).As<float, T>()))
            : typeof(T) == typeof(double)
                ? new(Vector512.ConditionalSelect(Vector512.Equals(Value, Value), Value, Vector512.Create(double.NaN).As<double, T>()))
            : this;
    }

    /// <summary>
    /// The lanes as doubles, exactly: of floats the lower and the upper half; doubles are the lower one, and the upper one is 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Widen(out Lanes<double> lower, out Lanes<double> upper)
    {
        if (typeof(T) == typeof(double))
        {
            (lower, upper) = (new(Value.AsDouble()), default);
            return;
        }
        var (low, high) = Vector512.Widen(Value.AsSingle());
        (lower, upper) = (new(low), new(high));
    }

    /// <summary>The inverse of <see cref="Widen"/>: each double rounded to T.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Narrow(Lanes<double> lower, Lanes<double> upper) => typeof(T) == typeof(double)
        ? new(lower.Value.As<double, T>())
        : new(Vector512.Narrow(lower.Value, upper.Value).As<float, T>());

    /// <summary>Loads as many doubles as there are lanes and rounds each to T.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LoadFromDouble(ref double source, nint index)
    {
        if (typeof(T) == typeof(double)) return new(Lanes<double>.Load(ref source, index).Value.As<double, T>());
        return new(Vector512.Narrow(Lanes<double>.Load(ref source, index).Value,
            Lanes<double>.Load(ref source, index + Lanes<double>.Count).Value).As<float, T>());
    }

    /// <summary>Stores the lanes as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreAsDouble(ref double target, nint index)
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

    /// <summary>Prefetches a cache line into L1; does nothing where the hardware has no such instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(T* line)
    {
        if (Sse.IsSupported) Sse.Prefetch0(line);
    }

    /// <summary>Prefetches a cache line into L2; does nothing where the hardware has no such instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void PrefetchSoon(T* line)
    {
        if (Sse.IsSupported) Sse.Prefetch1(line);
    }

    /// <summary>
    /// Loads <paramref name="count"/> lanes, up to all; the others hold <paramref name="fill"/>. Reads nothing behind the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LoadPartial(ref T source, nint index, int count, T fill = default) =>
        count == Count ? Load(ref source, index) : LoadMasked(ref source, index, count, fill);

    /// <summary>Loads by a masked instruction where the hardware has one, else lane by lane.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe Lanes<T> LoadMasked(ref T source, nint index, int count, T fill)
    {
        var block = Vector512.Create(fill);
        if (Avx512F.IsSupported)
            fixed (T* from = &Unsafe.Add(ref source, index))
            {
                if (typeof(T) == typeof(float))
                    return new(Avx512F.MaskLoad((float*)from, LeadingMask(count).AsSingle(), block.AsSingle()).As<float, T>());
                if (typeof(T) == typeof(double))
                    return new(Avx512F.MaskLoad((double*)from, LeadingMask(count).AsDouble(), block.AsDouble()).As<double, T>());
            }
        ref var lane = ref Unsafe.As<Vector512<T>, T>(ref block);
        for (var i = 0; i < count; i++) Unsafe.Add(ref lane, i) = Unsafe.Add(ref source, index + i);
        return new(block);
    }

    /// <summary>A mask with all bits set in the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LeadingMask(int count) => typeof(T) == typeof(float)
        ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>()
        : Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>();

    /// <summary>Stores the first <paramref name="count"/> lanes and touches nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StorePartial(ref T target, nint index, int count)
    {
        if (count == Count) Store(ref target, index);
        else StoreMasked(Value, ref target, index, count);
    }

    /// <summary>
    /// Stores like <see cref="LoadMasked"/> loads. Static: a block whose address is taken, as that of <c>this</c> would be, stays in memory
    /// all the time.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void StoreMasked(Vector512<T> block, ref T target, nint index, int count)
    {
        if (Avx512F.IsSupported && (typeof(T) == typeof(float) || typeof(T) == typeof(double)))
        {
            fixed (T* to = &Unsafe.Add(ref target, index))
            {
                if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)to, LeadingMask(count).AsSingle(), block.AsSingle());
                else Avx512F.MaskStore((double*)to, LeadingMask(count).AsDouble(), block.AsDouble());
            }
            return;
        }
        ref var lane = ref Unsafe.As<Vector512<T>, T>(ref block);
        for (var i = 0; i < count; i++) Unsafe.Add(ref target, index + i) = Unsafe.Add(ref lane, i);
    }

    /// <summary>Stores a result by a non-temporal instruction, which bypasses the caches; the address is a multiple of 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StoreNonTemporal(T* target) => CanonicalNaN.Value.StoreAlignedNonTemporal(target);
}
