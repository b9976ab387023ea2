using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>gemm against three loops in double: all edges, transposes, accumulation, and the same bits on any number of threads.</summary>
[Collection(Serial.Name)]
public sealed unsafe class MatrixMultiplyTests
{
    private static readonly int[] Rows = [0, 1, 2, 11, 12, 13, 25, 95, 96, 97], Columns = [0, 1, 8, 15, 16, 17, 31, 32, 33, 64, 97], Depths = [0, 1, 2, 7, 33];

    [Fact]
    public void Every_edge_of_the_tile_matches_three_loops_in_float()
    {
        foreach (var m in Rows)
        foreach (var n in Columns)
        foreach (var k in Depths)
            Check<float>(m, n, k, (m + n) % 2 == 0, (n + k) % 3 == 0, (m + k) % 2 == 1);
    }

    [Fact]
    public void Every_edge_of_the_tile_matches_three_loops_in_double()
    {
        foreach (var m in Rows)
        foreach (var n in Columns)
        foreach (var k in Depths)
            Check<double>(m, n, k, (m + k) % 2 == 0, (m + n) % 3 == 0, (n + k) % 2 == 1);
    }

    /// <summary>Every m, n and k of 1 .. 40 in every layout: the corners of two matrices of small whole numbers, whose products are exact.</summary>
    [Fact]
    public void All_small_sizes_are_exact() => Parallel.For(1, 41, static m =>
    {
        Corners<float>(m);
        Corners<double>(m);
    });

    private static void Corners<T>(int m) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int behind = 32;
        T[] left = Square<T>(Left), leftTransposed = Square<T>((p, i) => Left(i, p)), right = Square<T>(Right),
            rightTransposed = Square<T>((j, p) => Right(p, j));
        var (a, b, c) = (new T[left.Length], new T[left.Length], new T[left.Length + behind]);
        T[] sums = new T[left.Length], more = Square<T>(static (_, _) => 1); // of the first k products, and with a one
        for (var k = 1; k <= MaxSize; k++)
        {
            for (var i = 0; i < m; i++)
            for (var j = 0; j < MaxSize; j++)
                more[i * MaxSize + j] = (sums[i * MaxSize + j] += left[i * MaxSize + k - 1] * right[(k - 1) * MaxSize + j]) + T.One;
            for (var n = 1; n <= MaxSize; n++)
            for (var options = 0; options < 4; options++)
            {
                var (transA, transB, accumulate) = ((options & 1) != 0, (options & 2) != 0, (n + k) % 3 == 0);
                if (transA) Corner(leftTransposed, k, m, a);
                else Corner(left, m, k, a);
                if (transB) Corner(rightTransposed, n, k, b);
                else Corner(right, k, n, b);
                Array.Fill(c, T.One);
                fixed (T* pa = a, pb = b, pc = c)
                    MatrixMultiply.Gemm(
                        m, n, k, transA ? new Matrix<T>(pa, 1, m) : new(pa, k, 1), transB ? new Matrix<T>(pb, 1, k) : new(pb, n, 1), pc, accumulate);
                for (var i = 0; i < m; i++)
                    if (!c.AsSpan(i * n, n).SequenceEqual((accumulate ? more : sums).AsSpan(i * MaxSize, n)))
                        Assert.Fail($"{typeof(T).Name} [{m}, {k}] x [{k}, {n}], transposes {transA} {transB}, accumulate {accumulate}: " +
                            $"row {i} is {string.Join(" ", c[(i * n)..((i + 1) * n)])}.");
                if (c.AsSpan(m * n, behind).ContainsAnyExcept(T.One)) Assert.Fail($"{typeof(T).Name} [{m}, {k}] x [{k}, {n}] wrote behind the end.");
            }
        }
    }

    private const int MaxSize = 40;

    private static T[] Square<T>(Func<int, int, int> number) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, MaxSize * MaxSize).Select(i => T.CreateTruncating(number(i / MaxSize, i % MaxSize)))];

    /// <summary>The first rows and columns of a square, row behind row.</summary>
    private static void Corner<T>(T[] square, int rows, int columns, T[] corner)
    {
        for (var i = 0; i < rows; i++) square.AsSpan(i * MaxSize, columns).CopyTo(corner.AsSpan(i * columns));
    }

    private static int Left(int i, int p) => (i * 5 + p * 11 + i * p) % 7 - 3;

    private static int Right(int p, int j) => (p * 3 + j * 13 + p * j * 2) % 9 - 4;

    [Theory]
    [InlineData(5, 7, 383)]
    [InlineData(13, 33, 384)]
    [InlineData(13, 33, 385)]
    [InlineData(12, 32, 769)]
    [InlineData(193, 65, 50)]
    [InlineData(3, 2047, 5)]
    [InlineData(13, 2048, 3)]
    [InlineData(14, 2049, 7)]
    public void The_edges_of_the_blocks_match_in_every_layout(int m, int n, int k)
    {
        foreach (var transA in new[] { false, true })
        foreach (var transB in new[] { false, true })
        foreach (var accumulate in new[] { false, true })
        {
            Check<float>(m, n, k, transA, transB, accumulate);
            Check<double>(m, n, k, transA, transB, accumulate);
        }
    }

    [Theory]
    [InlineData(200, 300, 500)]
    [InlineData(97, 2100, 400)]
    [InlineData(1, 5000, 100)]
    public void One_thread_and_several_give_the_same_bits(int m, int n, int k)
    {
        var one = Serial.On(1, () => Product<float>(m, n, k, false, true, true, out _, out _, out _));
        foreach (var threads in new[] { 2, 3, 8 })
            Assert.Equal(one, Serial.On(threads, () => Product<float>(m, n, k, false, true, true, out _, out _, out _)));
    }

    [Fact]
    public void NaN_and_infinity_are_data()
    {
        float[] a = [1, float.PositiveInfinity, 0, 1], b = [float.NaN, 1, 1, 2], c = new float[4];
        fixed (float* pa = a, pb = b, pc = c) MatrixMultiply.Gemm(2, 2, 2, new Matrix<float>(pa, 2, 1), new(pb, 2, 1), pc, accumulate: false);
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NaN, 2], c);
    }

    private static void Check<T>(int m, int n, int k, bool transA, bool transB, bool accumulate) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var c = Product<T>(m, n, k, transA, transB, accumulate, out var a, out var b, out var start);
        var (wideA, wideB) = (Array.ConvertAll(a, double.CreateChecked), Array.ConvertAll(b, double.CreateChecked));
        var unit = typeof(T) == typeof(float) ? 6e-8 : 1.2e-16;
        for (var i = 0; i < m; i++)
        for (var j = 0; j < n; j++)
        {
            var expected = accumulate ? double.CreateChecked(start[i * n + j]) : 0;
            var size = Math.Abs(expected);
            for (var p = 0; p < k; p++)
            {
                var product = wideA[transA ? p * m + i : i * k + p] * wideB[transB ? j * k + p : p * n + j];
                expected += product;
                size += Math.Abs(product);
            }
            if (!(Math.Abs(double.CreateChecked(c[i * n + j]) - expected) <= (k + 2) * unit * size))
                Assert.Fail($"{typeof(T).Name} [{m}, {k}] x [{k}, {n}], transposes {transA} {transB}, accumulate {accumulate}: " +
                    $"element ({i}, {j}) is {c[i * n + j]:R}, expected {expected:R}.");
        }
        for (var i = m * n; i < c.Length; i++)
            if (c[i] != T.One) Assert.Fail($"[{m}, {k}] x [{k}, {n}] wrote {i - m * n + 1} elements behind the end.");
    }

    /// <summary>Random operands and the product; 64 ones lie behind the result to see writes past its end.</summary>
    private static T[] Product<T>(int m, int n, int k, bool transA, bool transB, bool accumulate, out T[] a, out T[] b, out T[] start)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        a = Tensor.Randn<T>([m * k], new Seed(1)).ToArray();
        b = Tensor.Randn<T>([k * n], new Seed(2)).ToArray();
        start = Tensor.Randn<T>([m * n], new Seed(3)).ToArray();
        T[] c = [.. start, .. Enumerable.Repeat(T.One, 64)];
        fixed (T* pa = a, pb = b, pc = c)
            MatrixMultiply.Gemm(m, n, k, transA ? new Matrix<T>(pa, 1, m) : new(pa, k, 1), transB ? new Matrix<T>(pb, 1, k) : new(pb, n, 1), pc, accumulate);
        return c;
    }
}
