using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>
/// Random sizes around every edge of micro-panels, blocks and packed panels, against sums in double; operands and result end at a page that nobody may touch.
/// </summary>
[Collection(Serial.Name)]
public sealed unsafe class MatrixMultiplySizeTests
{
    [Theory]
    [InlineData(70, 300, 1)]
    [InlineData(420, 20, 2)]
    public void RandomSizesMatchAndTouchNothingOutside(int maxSize, int count, int seed)
    {
        Assert.SkipUnless(GuardedMemory.IsSupported, "needs mprotect");
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (m, n, k, options) = (random.Next(1, maxSize + 1), random.Next(1, maxSize + 1), random.Next(1, maxSize + 1), random.Next(8));
            Check<float>(m, n, k, options, 6e-8);
            Check<double>(m, n, k, options, 1.2e-16);
        }
    }

    [Theory]
    [InlineData(3073, 5, 3)] // one row more than a panel of A
    [InlineData(3100, 40, 257)]
    [InlineData(30, 2049, 300)] // one column more than a panel of B
    [InlineData(385, 129, 513)]
    public void TheEdgesOfPanelsMatch(int m, int n, int k)
    {
        Assert.SkipUnless(GuardedMemory.IsSupported, "needs mprotect");
        for (var options = 0; options < 8; options += 3) Check<float>(m, n, k, options, 6e-8);
        Check<double>(m, n, k, 4, 1.2e-16);
    }

    private static unsafe void Check<T>(int m, int n, int k, int options, double unit) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (transA, transB, accumulate) = ((options & 1) != 0, (options & 2) != 0, (options & 4) != 0);
        var (a, b, start) = (Tensor.Randn<T>([m * k], new Seed(1)).ToArray(), Tensor.Randn<T>([k * n], new Seed(2)).ToArray(),
            Tensor.Randn<T>([m * n], new Seed(3)).ToArray());
        using GuardedMemory leftMemory = new(a.Length * sizeof(T)), rightMemory = new(b.Length * sizeof(T)), resultMemory = new(start.Length * sizeof(T));
        T* left = AtEnd(leftMemory, a), right = AtEnd(rightMemory, b), result = AtEnd(resultMemory, start);
        MatrixMultiply.Gemm(m, n, k,
            transA ? new Matrix<T>(left, 1, m) : new(left, k, 1),
            transB ? new Matrix<T>(right, 1, k) : new(right, n, 1), result, accumulate);
        double[] rows = new double[m * k], columns = new double[n * k]; // both with the sum's index last
        for (var i = 0; i < m; i++)
        for (var p = 0; p < k; p++)
            rows[i * k + p] = double.CreateChecked(a[transA ? p * m + i : i * k + p]);
        for (var j = 0; j < n; j++)
        for (var p = 0; p < k; p++)
            columns[j * k + p] = double.CreateChecked(b[transB ? j * k + p : p * n + j]);
        for (var i = 0; i < m; i++)
        for (var j = 0; j < n; j++)
        {
            var expected = accumulate ? double.CreateChecked(start[i * n + j]) : 0;
            var size = Math.Abs(expected);
            for (var p = 0; p < k; p++)
            {
                var product = rows[i * k + p] * columns[j * k + p];
                expected += product;
                size += Math.Abs(product);
            }
            if (!(Math.Abs(double.CreateChecked(result[i * n + j]) - expected) <= (k + 2) * unit * size))
                Assert.Fail($"{typeof(T).Name} [{m}, {k}] x [{k}, {n}], transposes {transA} {transB}, accumulate {accumulate}: " +
                    $"element ({i}, {j}) is {result[i * n + j]:R}, expected {expected:R}.");
        }
    }

    private static unsafe T* AtEnd<T>(GuardedMemory memory, T[] values) where T : unmanaged
    {
        var place = memory.Place<T>(values.Length, atEnd: true, offset: 0);
        values.CopyTo(place);
        return (T*)Unsafe.AsPointer(ref place[0]);
    }
}
