using System.Runtime.InteropServices;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>
/// Linear cross-entropy with a BLAS in double instead of our own products: the CPU's numbers up to roundings, of every type and schedule, and
/// never a row that does not count.
/// </summary>
public sealed class LinearBlasTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(64L * 200 * 4)]
    public void Numbers_are_the_CPUs_up_to_roundings(long? limit)
    {
        Check<float>(limit, 70, 1e-5, 0);
        Check<double>(limit, 70, 1e-13, 1);
        Check<Half>(limit, 70, 4e-3, 2);
        Check<BFloat16>(limit, 70, 2e-2, 3);
        Check<float>(limit, 70, 1e-5, 6, hasProbabilities: true);
        Check<Half>(limit, 70, 4e-3, 7, hasProbabilities: true);
    }

    /// <summary>Gradients of logits that would be 0 in Half, were they not multiplied before they are rounded.</summary>
    [Fact]
    public void Small_gradients_of_Half_are_not_lost()
    {
        var example = new LinearNumbers<Half>(new Random(Seed(4)), 70, 2, 9);
        Array.Clear(example.Hidden); // logits are the bias
        for (var c = 0; c < 9; c++) example.Bias[c] = (Half)(c == 0 ? 12 : 0);
        for (var i = 0; i < example.Weight.Length; i++) example.Weight[i] = (Half)(i < 2 ? 0 : 10_000 + i);
        Array.Fill(example.Targets, 0); // certain: other classes have 6e-6 each, a 70th of it in the mean
        var expected = example.OnCpu<long>(new()).Hidden;
        Near(expected, example.OnDevice<long>(new(), Device(), CudaProducts.Blas).Hidden, 0.01, "hidden");
        Assert.InRange((double)expected[0], 1e-3, 1e-2);
    }

    [Fact]
    public void A_bad_target_is_found_before_anything_is_written()
    {
        var device = Device();
        using var x = CudaTensor<float>.New(device, new[] { 2, 1 }, [1, 2]);
        using var w = CudaTensor<float>.New(device, new[] { 3, 1 }, [1, 2, 3]);
        using var t = CudaTensor<int>.New(device, new[] { 2 }, [0, 3]);
        using var dw = CudaTensor<float>.New(device, new[] { 3, 1 }, [7, 8, 9]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearCrossEntropyLoss().Evaluate(x, w, t, weightGradient: dw));
        Assert.Equal([7, 8, 9], dw.Cpu().ToArray());
        Assert.Equal(0, ((HostBlas)device.Blas!).Products);
    }

    /// <summary>Own products where these are asked for, a BLAS where there is one.</summary>
    [Fact]
    public void Who_multiplies_is_chosen()
    {
        var device = Device();
        var example = new LinearNumbers<float>(new Random(Seed(5)), 2, 3, 4);
        example.OnDevice<int>(new(), device, CudaProducts.Own);
        Assert.Equal(0, ((HostBlas)device.Blas!).Products);
        example.OnDevice<int>(new(), device, CudaProducts.Automatic);
        Assert.Equal(3, ((HostBlas)device.Blas!).Products);
        Assert.Contains("cuBLAS", Assert.Throws<CudaException>(() => example.OnDevice<int>(new(), new PtxDevice(), CudaProducts.Blas)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_are_the_CPUs_up_to_roundings()
    {
        var example = new LinearNumbers<Half>(new Random(Seed(8)), 70, 3, 200);
        var device = Device();
        using var x = CudaTensor<Half>.New(device, new[] { 70, 3 }, example.Hidden);
        using var w = CudaTensor<Half>.New(device, new[] { 200, 3 }, example.Weight);
        Half[] sums = new Half[70], scores = new Half[140];
        var loss = new LinearCrossEntropyLoss();
        loss.LogSumExp<Half>(example.Hidden, example.Weight, 3, sums);
        loss.TopK<Half>(example.Hidden, example.Weight, 2, 3, new int[140], scores);
        using var l = loss.LogSumExp(x, w, products: CudaProducts.Blas);
        var (classes, found) = loss.TopK(x, w, 2);
        Near(sums, l.Cpu().ToArray(), 2e-3, "ln sum exp");
        Near(scores, found.Cpu().ToArray(), 2e-3, "scores");
        Assert.Equal(2, ((HostBlas)device.Blas!).Products);
        classes.Dispose();
        found.Dispose();
    }

    private static PtxDevice Device()
    {
        var device = new PtxDevice();
        device.Blas = new HostBlas(device);
        return device;
    }

    private void Check<T>(long? limit, int rows, double tolerance, int salt, bool hasProbabilities = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var example = new LinearNumbers<T>(new Random(Seed(salt)), rows, 3, 200)
        {
            HasSampleWeights = salt % 2 == 0 || hasProbabilities, HasProbabilities = hasProbabilities,
        };
        for (var row = 0; row < rows; row += 9)
        {
            example.Targets[row] = -100;
            if (hasProbabilities) example.SampleWeights[row] = T.Zero;
            example.Hidden[row * 3] = T.NaN; // never read
        }
        var loss = new LinearCrossEntropyLoss { MemoryLimit = limit, LabelSmoothing = 0.1 };
        var (expected, actual) = (example.OnCpu<long>(loss), example.OnDevice<long>(loss, Device(), CudaProducts.Blas));
        Assert.Equal(expected.Result.Value, actual.Result.Value, tolerance);
        Near(expected.Losses, actual.Losses, tolerance, "losses");
        Near(expected.Hidden, actual.Hidden, tolerance, "hidden");
        Near(expected.Weight, actual.Weight, tolerance, "weight");
        Near(expected.Bias, actual.Bias, tolerance, "bias");
    }

    /// <summary>Differences as large as that share of the largest number.</summary>
    private static void Near<T>(T[] expected, T[] actual, double tolerance, string what) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var most = expected.Max(static value => Math.Abs(double.CreateTruncating(value)));
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(double.CreateTruncating(expected[i]) - double.CreateTruncating(actual[i])) <= tolerance * most,
                $"{what} of {typeof(T).Name}: element {i} is {actual[i]}, not {expected[i]}.");
    }

    private int Seed(int salt)
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        return seed;
    }

    /// <summary>The definition of a product, in double, in the memory of the interpreter.</summary>
    private sealed class HostBlas(PtxDevice device) : IBlas
    {
        public int Products { get; private set; }

        public void Multiply(in BlasProduct product)
        {
            Products++;
            var (m, n, k) = (product.M, product.N, product.K);
            var (a, b) = (Read(product.A, product.A.IsTransposed ? k : m, product.A.IsTransposed ? m : k),
                Read(product.B, product.B.IsTransposed ? n : k, product.B.IsTransposed ? k : n));
            var c = product.Adds ? Read(product.C, m, n) : new double[m, n];
            for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var p = 0; p < k; p++) sum += (product.A.IsTransposed ? a[p, i] : a[i, p]) * (product.B.IsTransposed ? b[j, p] : b[p, j]);
                c[i, j] += product.Alpha * sum;
            }
            Write(product.C, c);
        }

        private double[,] Read(BlasMatrix matrix, int rows, int columns)
        {
            var values = new double[rows, columns];
            for (var j = 0; j < columns; j++)
            for (var i = 0; i < rows; i++)
            {
                var bytes = device.Memory.Bytes(At(matrix, i, j), matrix.Type.Size, isWritten: false);
                values[i, j] = matrix.Type.Index switch
                {
                    0 => MemoryMarshal.Read<float>(bytes),
                    1 => MemoryMarshal.Read<double>(bytes),
                    2 => (double)MemoryMarshal.Read<Half>(bytes),
                    _ => (double)MemoryMarshal.Read<BFloat16>(bytes),
                };
            }
            return values;
        }

        private void Write(BlasMatrix matrix, double[,] values)
        {
            for (var j = 0; j < values.GetLength(1); j++)
            for (var i = 0; i < values.GetLength(0); i++)
            {
                var bytes = device.Memory.Bytes(At(matrix, i, j), matrix.Type.Size, isWritten: true);
                var value = values[i, j];
                if (matrix.Type.Index == 0) MemoryMarshal.Write(bytes, (float)value);
                else if (matrix.Type.Index == 1) MemoryMarshal.Write(bytes, value);
                else if (matrix.Type.Index == 2) MemoryMarshal.Write(bytes, (Half)value);
                else MemoryMarshal.Write(bytes, (BFloat16)(float)value);
            }
        }

        private static ulong At(BlasMatrix matrix, int i, int j) => matrix.Start + (ulong)((i + (long)j * matrix.Pitch) * matrix.Type.Size);
    }
}
