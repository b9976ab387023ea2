using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <content>Transposes between rows and columns in memory: by squares as wide as a quarter of a block, since shuffles move
/// quarters.</content>
internal readonly partial struct Lanes<T>
{
    /// <summary>The elements of a quarter of a block: 4 floats or 2 doubles.</summary>
    public static int Quarter => Vector128<T>.Count;

    /// <summary>
    /// Transposes <see cref="Count"/> rows of <see cref="Quarter"/> columns: target[j, i] = source[i, j], rows a stride apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeToColumns(ref T source, nint sourceStride, ref T target, nint targetStride)
    {
        if (!Avx512F.IsSupported)
        {
            for (nint i = 0; i < Count; i += Quarter)
                TransposeQuarter(ref Unsafe.Add(ref source, i * sourceStride), sourceStride, ref Unsafe.Add(ref target, i), targetStride);
            return;
        }
        var step = Quarter * sourceStride;
        if (typeof(T) == typeof(double))
        {
            var (a, b) =
                (LoadQuarters(ref source, step).AsDouble(), LoadQuarters(ref Unsafe.Add(ref source, sourceStride), step).AsDouble());
            As(Avx512F.UnpackLow(a, b)).Store(ref target, 0);
            As(Avx512F.UnpackHigh(a, b)).Store(ref target, targetStride);
            return;
        }
        var (a0, a1) = (LoadQuarters(ref source, step), LoadQuarters(ref Unsafe.Add(ref source, sourceStride), step));
        var (a2, a3) = (LoadQuarters(ref Unsafe.Add(ref source, 2 * sourceStride), step),
            LoadQuarters(ref Unsafe.Add(ref source, 3 * sourceStride), step));
        TransposeQuarters(ref a0, ref a1, ref a2, ref a3);
        As(a0).Store(ref target, 0);
        As(a1).Store(ref target, targetStride);
        As(a2).Store(ref target, 2 * targetStride);
        As(a3).Store(ref target, 3 * targetStride);
    }

    /// <summary>
    /// Transposes <see cref="Quarter"/> rows of <see cref="Count"/> columns: target[i, j] = source[j, i], rows a stride apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeToRows(ref T source, nint sourceStride, ref T target, nint targetStride)
    {
        if (!Avx512F.IsSupported)
        {
            for (nint i = 0; i < Count; i += Quarter)
                TransposeQuarter(ref Unsafe.Add(ref source, i), sourceStride, ref Unsafe.Add(ref target, i * targetStride), targetStride);
            return;
        }
        var step = Quarter * targetStride;
        if (typeof(T) == typeof(double))
        {
            var (a, b) = (Load(ref source, 0).Value.AsDouble(), Load(ref source, sourceStride).Value.AsDouble());
            StoreQuarters(Avx512F.UnpackLow(a, b).AsSingle(), ref target, step);
            StoreQuarters(Avx512F.UnpackHigh(a, b).AsSingle(), ref Unsafe.Add(ref target, targetStride), step);
            return;
        }
        var (a0, a1) = (Load(ref source, 0).Value.AsSingle(), Load(ref source, sourceStride).Value.AsSingle());
        var (a2, a3) = (Load(ref source, 2 * sourceStride).Value.AsSingle(), Load(ref source, 3 * sourceStride).Value.AsSingle());
        TransposeQuarters(ref a0, ref a1, ref a2, ref a3);
        StoreQuarters(a0, ref target, step);
        StoreQuarters(a1, ref Unsafe.Add(ref target, targetStride), step);
        StoreQuarters(a2, ref Unsafe.Add(ref target, 2 * targetStride), step);
        StoreQuarters(a3, ref Unsafe.Add(ref target, 3 * targetStride), step);
    }

    /// <summary>Loads two blocks and parts the elements of even and of odd index; of floats, where the hardware can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(ref float source, nint index, out Lanes<float> even, out Lanes<float> odd)
    {
        var (a, b) = (Lanes<float>.Load(ref source, index).Value, Lanes<float>.Load(ref source, index + Lanes<float>.Count).Value);
        even = new(Avx512F.PermuteVar16x32x2(a, 2 * Vector512<int>.Indices, b));
        odd = new(Avx512F.PermuteVar16x32x2(a, 2 * Vector512<int>.Indices + Vector512<int>.One, b));
    }

    /// <summary>
    /// Transposes a square as wide as a quarter: target[i, j] = source[j, i], rows a stride apart; in registers where the hardware can.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeQuarter(ref T source, nint sourceStride, ref T target, nint targetStride)
    {
        if (Sse.IsSupported && typeof(T) == typeof(float))
        {
            var (a, b) = (LoadQuarter(ref source, 0), LoadQuarter(ref source, sourceStride));
            var (c, d) = (LoadQuarter(ref source, 2 * sourceStride), LoadQuarter(ref source, 3 * sourceStride));
            var (ab, cd, abHigh, cdHigh) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d), Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
            StoreQuarter(Sse.MoveLowToHigh(ab, cd), ref target, 0);
            StoreQuarter(Sse.MoveHighToLow(cd, ab), ref target, targetStride);
            StoreQuarter(Sse.MoveLowToHigh(abHigh, cdHigh), ref target, 2 * targetStride);
            StoreQuarter(Sse.MoveHighToLow(cdHigh, abHigh), ref target, 3 * targetStride);
            return;
        }
        for (nint i = 0; i < Quarter; i++)
        for (nint j = 0; j < Quarter; j++)
            Unsafe.Add(ref target, i * targetStride + j) = Unsafe.Add(ref source, j * sourceStride + i);
    }

    /// <summary>Transposes the four 4 x 4 squares that the quarters of the four blocks make.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeQuarters(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        var (ab, cd) = (Avx512F.UnpackLow(a, b).AsDouble(), Avx512F.UnpackLow(c, d).AsDouble());
        var (abHigh, cdHigh) = (Avx512F.UnpackHigh(a, b).AsDouble(), Avx512F.UnpackHigh(c, d).AsDouble());
        (a, b) = (Avx512F.UnpackLow(ab, cd).AsSingle(), Avx512F.UnpackHigh(ab, cd).AsSingle());
        (c, d) = (Avx512F.UnpackLow(abHigh, cdHigh).AsSingle(), Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle());
    }

    /// <summary>Gathers a block from four quarters that are a step apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LoadQuarters(ref T source, nint step)
    {
        var block = LoadQuarter(ref source, 0).ToVector256Unsafe().ToVector512Unsafe();
        block = Avx512F.InsertVector128(block, LoadQuarter(ref source, step), 1);
        block = Avx512F.InsertVector128(block, LoadQuarter(ref source, 2 * step), 2);
        return Avx512F.InsertVector128(block, LoadQuarter(ref source, 3 * step), 3);
    }

    /// <summary>Scatters a block to four quarters that are a step apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters(Vector512<float> block, ref T target, nint step)
    {
        StoreQuarter(block.GetLower().GetLower(), ref target, 0);
        StoreQuarter(Avx512F.ExtractVector128(block, 1), ref target, step);
        StoreQuarter(Avx512F.ExtractVector128(block, 2), ref target, 2 * step);
        StoreQuarter(Avx512F.ExtractVector128(block, 3), ref target, 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> As<TOther>(Vector512<TOther> block) => new(block.As<TOther, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LoadQuarter(ref T source, nint index) =>
        Unsafe.ReadUnaligned<Vector128<float>>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarter(Vector128<float> numbers, ref T target, nint index) =>
        Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, index)), numbers);
}
