using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <content>Rows turned into columns and back: what is moved are quarters of a block, so a square is as wide as a quarter.</content>
internal readonly partial struct Lanes<T>
{
    /// <summary>The numbers of a quarter: 4 floats or 2 doubles.</summary>
    public static int Quarter => Vector128<T>.Count;

    /// <summary>target[j, i] = source[i, j] for the <see cref="Count"/> rows of the source and <see cref="Quarter"/> of its columns; rows are a stride apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeToColumns(ref T source, nint sourceStride, ref T target, nint targetStride)
    {
        if (!Avx512F.IsSupported)
        {
            for (nint i = 0; i < Count; i += Quarter) TransposeQuarter(ref Unsafe.Add(ref source, i * sourceStride), sourceStride, ref Unsafe.Add(ref target, i), targetStride);
            return;
        }
        var step = Quarter * sourceStride;
        if (typeof(T) == typeof(double))
        {
            var (a, b) = (Quarters(ref source, step).AsDouble(), Quarters(ref Unsafe.Add(ref source, sourceStride), step).AsDouble());
            Of(Avx512F.UnpackLow(a, b)).Store(ref target, 0);
            Of(Avx512F.UnpackHigh(a, b)).Store(ref target, targetStride);
            return;
        }
        var (a0, a1) = (Quarters(ref source, step), Quarters(ref Unsafe.Add(ref source, sourceStride), step));
        var (a2, a3) = (Quarters(ref Unsafe.Add(ref source, 2 * sourceStride), step), Quarters(ref Unsafe.Add(ref source, 3 * sourceStride), step));
        Turn(ref a0, ref a1, ref a2, ref a3);
        Of(a0).Store(ref target, 0);
        Of(a1).Store(ref target, targetStride);
        Of(a2).Store(ref target, 2 * targetStride);
        Of(a3).Store(ref target, 3 * targetStride);
    }

    /// <summary>The way back: target[i, j] = source[j, i] for <see cref="Quarter"/> rows of the source and <see cref="Count"/> of its columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeToRows(ref T source, nint sourceStride, ref T target, nint targetStride)
    {
        if (!Avx512F.IsSupported)
        {
            for (nint i = 0; i < Count; i += Quarter) TransposeQuarter(ref Unsafe.Add(ref source, i), sourceStride, ref Unsafe.Add(ref target, i * targetStride), targetStride);
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
        Turn(ref a0, ref a1, ref a2, ref a3);
        StoreQuarters(a0, ref target, step);
        StoreQuarters(a1, ref Unsafe.Add(ref target, targetStride), step);
        StoreQuarters(a2, ref Unsafe.Add(ref target, 2 * targetStride), step);
        StoreQuarters(a3, ref Unsafe.Add(ref target, 3 * targetStride), step);
    }

    /// <summary>Turns a square as wide as a quarter: target[i, j] = source[j, i]; rows are a stride apart. In registers where the hardware can.</summary>
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

    /// <summary>Turns the square of floats that the same quarters of the four blocks make.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        var (ab, cd) = (Avx512F.UnpackLow(a, b).AsDouble(), Avx512F.UnpackLow(c, d).AsDouble());
        var (abHigh, cdHigh) = (Avx512F.UnpackHigh(a, b).AsDouble(), Avx512F.UnpackHigh(c, d).AsDouble());
        (a, b) = (Avx512F.UnpackLow(ab, cd).AsSingle(), Avx512F.UnpackHigh(ab, cd).AsSingle());
        (c, d) = (Avx512F.UnpackLow(abHigh, cdHigh).AsSingle(), Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle());
    }

    /// <summary>A block of four quarters that are a step apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(ref T source, nint step)
    {
        var block = LoadQuarter(ref source, 0).ToVector256Unsafe().ToVector512Unsafe();
        block = Avx512F.InsertVector128(block, LoadQuarter(ref source, step), 1);
        block = Avx512F.InsertVector128(block, LoadQuarter(ref source, 2 * step), 2);
        return Avx512F.InsertVector128(block, LoadQuarter(ref source, 3 * step), 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters(Vector512<float> block, ref T target, nint step)
    {
        StoreQuarter(block.GetLower().GetLower(), ref target, 0);
        StoreQuarter(Avx512F.ExtractVector128(block, 1), ref target, step);
        StoreQuarter(Avx512F.ExtractVector128(block, 2), ref target, 2 * step);
        StoreQuarter(Avx512F.ExtractVector128(block, 3), ref target, 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Of<TOther>(Vector512<TOther> block) => new(block.As<TOther, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LoadQuarter(ref T source, nint index) => Unsafe.ReadUnaligned<Vector128<float>>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarter(Vector128<float> numbers, ref T target, nint index) => Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, index)), numbers);
}
