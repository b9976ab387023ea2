using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

internal readonly partial struct Lanes<T>
{
    /// <summary>Turns a square of 4 x 4 numbers: target[i, j] = source[j, i]; rows are a stride apart. In registers where the hardware can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose4(ref T source, nint sourceStride, ref T target, nint targetStride)
    {
        if (Sse.IsSupported && typeof(T) == typeof(float))
        {
            var (a, b) = (Quarter(ref source, 0), Quarter(ref source, sourceStride));
            var (c, d) = (Quarter(ref source, 2 * sourceStride), Quarter(ref source, 3 * sourceStride));
            var (ab, cd, abHigh, cdHigh) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d), Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
            Store(Sse.MoveLowToHigh(ab, cd), ref target, 0);
            Store(Sse.MoveHighToLow(cd, ab), ref target, targetStride);
            Store(Sse.MoveLowToHigh(abHigh, cdHigh), ref target, 2 * targetStride);
            Store(Sse.MoveHighToLow(cdHigh, abHigh), ref target, 3 * targetStride);
            return;
        }
        for (nint i = 0; i < 4; i++)
        for (nint j = 0; j < 4; j++)
            Unsafe.Add(ref target, i * targetStride + j) = Unsafe.Add(ref source, j * sourceStride + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(ref T source, nint index) => Unsafe.ReadUnaligned<Vector128<float>>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> numbers, ref T target, nint index) => Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, index)), numbers);
}
