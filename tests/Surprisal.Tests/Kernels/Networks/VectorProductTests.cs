using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>gemv where the rows of the matrix begin anywhere in a cache line: exact sums of whole numbers, and nothing written behind them.</summary>
public sealed unsafe class VectorProductTests
{
    [Fact]
    public void Every_alignment_of_the_matrix_gives_the_exact_sums()
    {
        foreach (var n in new[] { 63, 64, 65, 80, 96, 127, 128, 144, 256, 272 })
            for (var offset = 0; offset < 17; offset++)
            {
                Check<float>(n, k: 19, offset, accumulate: offset % 2 == 1);
                Check<double>(n, k: 300, offset, accumulate: offset % 2 == 0);
            }
    }

    private static void Check<T>(int n, int k, int offset, bool accumulate) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int behind = 20;
        var memory = (T*)NativeMemory.AlignedAlloc((nuint)((n * k + k + n + behind + offset) * sizeof(T)), 64);
        try
        {
            T* b = memory + offset, x = b + n * k, y = x + k;
            for (var i = 0; i < n * k; i++) b[i] = T.CreateChecked(Whole(i));
            for (var i = 0; i < k; i++) x[i] = T.CreateChecked(Whole(3 * i + 1));
            for (var i = 0; i < n + behind; i++) y[i] = T.One;
            MatrixMultiply.Gemm(1, n, k, new Matrix<T>(x, k, 1), new Matrix<T>(b, n, 1), y, accumulate);
            for (var j = 0; j < n + behind; j++)
            {
                var expected = accumulate || j >= n ? 1 : 0;
                for (var p = 0; p < k && j < n; p++) expected += Whole(3 * p + 1) * Whole(p * n + j);
                Assert.True(y[j] == T.CreateChecked(expected),
                    $"{typeof(T).Name} [1, {k}] x [{k}, {n}] at offset {offset}: element {j} is {y[j]}, not {expected}.");
            }
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static int Whole(int i) => i * 7 % 11 - 5;
}
