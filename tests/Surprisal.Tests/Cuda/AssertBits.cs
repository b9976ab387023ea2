using System.Runtime.InteropServices;

namespace Surprisal.Tests.Cuda;

/// <summary>Equal to the last bit; only which NaN it is does not count.</summary>
internal static class AssertBits
{
    public static T[] Read<T>(PtxDevice device, ulong address, int length) where T : unmanaged
    {
        var values = new T[length];
        device.Read(address, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public static void Equal<T>(T expected, T actual, string what) where T : unmanaged, INumberBase<T> => Equal([expected], [actual], what);

    public static void Equal<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what) where T : unmanaged, INumberBase<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (T.IsNaN(expected[i]) && T.IsNaN(actual[i])) continue;
            if (!MemoryMarshal.AsBytes(expected.Slice(i, 1)).SequenceEqual(MemoryMarshal.AsBytes(actual.Slice(i, 1))))
                Assert.Fail($"{what}: element {i} is {actual[i]:R}, where the library has {expected[i]:R}.");
        }
    }
}
