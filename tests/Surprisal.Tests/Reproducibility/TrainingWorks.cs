using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Tests.Reproducibility;

/// <summary>
/// Matrix products, convolutions, pooling, sums, batch normalisation and optimizer steps over seeded numbers: sizes that end inside tiles, lane blocks and
/// blocks of threads.
/// </summary>
internal static unsafe class TrainingWorks
{
    /// <summary>Each work by name; the answer is every number that it writes and returns.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } =
        new SortedDictionary<string, Func<byte[]>>(
            Of<float>("float").Concat(Of<double>("double")).ToDictionary(static work => work.Name, static work => work.Run), StringComparer.Ordinal);

    private static IEnumerable<(string Name, Func<byte[]> Run)> Of<T>(string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        yield return ($"matrix products, {type}", Products<T>);
        yield return ($"convolution, {type}", () => Convolutions<T>(new ConvolutionShape(9, 3, 11, 13, 7, 5, 3, 1, 1)));
        yield return ($"convolution, strided, {type}", () => Convolutions<T>(new ConvolutionShape(9, 3, 11, 13, 14, 3, 3, 2, 0)));
        yield return ($"convolution, dilated, in groups, {type}",
            () => Convolutions<T>(new ConvolutionShape(3, 2, 13, 21, 3, 3, 3, 1, 2) { Dilation = 2, Groups = 3 }));
        yield return ($"pooling, {type}", () => Pools<T>(new PoolingShape(5, 12, 37, 2, 2, 0)));
        yield return ($"batch normalisation, {type}", Normalisation<T>);
        yield return ($"sums, {type}", Sums<T>);
        if (typeof(T) == typeof(float)) yield return ($"optimizer steps, {type}", Optimizers);
    }

    private static byte[] Products<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var all = new List<byte>();
        foreach (var (m, n, k) in new[] { (1, 1, 1), (12, 32, 40), (23, 45, 67), (205, 150, 300) })
            for (var options = 0; options < 8; options++)
            {
                T[] a = Draw<T>(m * k, 1), b = Draw<T>(k * n, 2), c = Draw<T>(m * n, 3);
                fixed (T* pa = a, pb = b, pc = c)
                    MatrixMultiply.Gemm(m, n, k,
                        (options & 1) != 0 ? new Matrix<T>(pa, 1, m) : new(pa, k, 1),
                        (options & 2) != 0 ? new Matrix<T>(pb, 1, k) : new(pb, n, 1), pc, accumulate: (options & 4) != 0);
                all.AddRange(Bytes(c));
            }
        return [.. all];
    }

    private static byte[] Convolutions<T>(ConvolutionShape s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] x = Draw<T>(s.N * s.InputStride, 1), weight = Draw<T>(s.Groups * s.O * s.PatchLength, 2), bias = Draw<T>(s.Groups * s.O, 3),
            dy = Draw<T>(s.N * s.OutputStride, 4);
        T[] y = new T[dy.Length], dx = new T[x.Length], dweight = new T[weight.Length], dbias = new T[bias.Length];
        fixed (T* px = x, pw = weight, pb = bias, pdy = dy, py = y, pdx = dx, pdw = dweight, pdb = dbias)
        {
            Convolution.Forward(s, px, pw, pb, py);
            Convolution.InputGradient(s, pdy, pw, pdx);
            Convolution.WeightGradient(s, px, pdy, pdw);
            Convolution.BiasGradient(s, pdy, pdb);
        }
        return [.. Bytes(y), .. Bytes(dx), .. Bytes(dweight), .. Bytes(dbias)];
    }

    private static byte[] Pools<T>(PoolingShape s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var size = s.Planes * s.Oh * s.Ow;
        T[] x = Draw<T>(s.Planes * s.H * s.W, 1), largest = new T[size], average = new T[size], dx = new T[x.Length], da = new T[x.Length];
        var positions = new int[size];
        for (var plane = 0; plane < s.Planes; plane++)
        {
            Pooling.Max<T>(s, plane, x, largest, positions);
            Pooling.MaxGradient<T>(s, plane, largest, positions, dx);
            Pooling.Average<T>(s, plane, x, average);
            Pooling.AverageGradient<T>(s, plane, average, da);
        }
        return [.. Bytes(largest), .. Bytes(positions), .. Bytes(dx), .. Bytes(average), .. Bytes(da)];
    }

    private static byte[] Normalisation<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = new ChannelShape(3, 2, 333);
        T[] x = Draw<T>(3 * 2 * 333, 1), g = Draw<T>(x.Length, 2), y = new T[x.Length], dx = new T[x.Length];
        var all = new List<double>();
        for (var channel = 0; channel < 2; channel++)
        {
            var (mean, variance) = BatchNorm.Statistics<T>(s, channel, x);
            var (plain, normalized) = BatchNorm.GradientSums<T>(s, channel, x, g, mean, 1.5);
            BatchNorm.Normalize(s, channel, x, mean, 1.5, T.CreateTruncating(0.7), T.CreateTruncating(0.3), y);
            BatchNorm.InputGradient(s, channel, x, g, mean, 1.5, T.CreateTruncating(0.7), dx);
            all.AddRange([mean, variance, plain, normalized]);
        }
        return [.. Bytes(all.ToArray()), .. Bytes(y), .. Bytes(dx)];
    }

    private static byte[] Sums<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var all = new List<double>();
        foreach (var length in new[] { 0, 1, 16, 77, 256, 263, 512, 70_003, 140_000 })
        {
            T[] x = Draw<T>(length, 1), y = Draw<T>(length, 2);
            all.AddRange([Reductions.Sum<T>(x), Reductions.SquaredDeviations<T>(x, T.CreateTruncating(0.25)),
                Reductions.SumAndProducts<T>(y, x, T.CreateTruncating(0.25)).Products]);
        }
        var columns = new double[301];
        Reductions.SumOverRows<T>(Draw<T>(301 * 97, 3), columns);
        return Bytes([.. all, .. columns]);
    }

    private static byte[] Optimizers()
    {
        var all = new List<byte>();
        foreach (var length in new[] { 13, 33_003 })
        {
            float[] g = Draw<float>(length, 2), p = Draw<float>(length, 1), first = new float[length], second = new float[length], q = Draw<float>(length, 1),
                velocity = new float[length], r = Draw<float>(length, 1);
            for (var t = 1; t < 4; t++)
            {
                Adam.Step(p, g, first, second, AdamStep.At(t, 0.001, 0.9, 0.999, 1e-8, 0.01, decoupled: t == 2));
                Sgd.Step(q, g, velocity, 0.01f, 0.9f, 0.001f, nesterov: t == 2);
                Sgd.Step(r, g, default, 0.01f, 0, 0.001f, nesterov: false);
            }
            all.AddRange([.. Bytes(p), .. Bytes(first), .. Bytes(second), .. Bytes(q), .. Bytes(velocity), .. Bytes(r)]);
        }
        return [.. all];
    }

    private static T[] Draw<T>(int count, long seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(seed);
        var numbers = new T[count];
        for (var i = 0; i < count; i++) numbers[i] = T.CreateTruncating(random.Normal());
        return numbers;
    }

    private static byte[] Bytes<T>(T[] numbers) where T : unmanaged => MemoryMarshal.AsBytes<T>(numbers).ToArray();
}
