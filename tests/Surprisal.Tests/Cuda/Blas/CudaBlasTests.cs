using System.Runtime.InteropServices;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The layer over cuBLAS against one that checks what it is told and multiplies by itself.</summary>
public sealed class CudaBlasTests(FakeBlas fake) : IClassFixture<FakeBlas>
{
    [Fact]
    public void A_handle_is_opened_once_with_its_stream_before_its_workspace_and_closed()
    {
        using (var driver = fake.Start())
        {
            Assert.Same(driver.FindBlas(isRequired: false), driver.FindBlas(isRequired: true));
            Assert.Equal("cublasCreate cublasSetStream cublasSetWorkspace cublasSetMathMode ", fake.Journal);
            Assert.Equal((1, 16), (fake.Handles, fake.Last.Mode));
        }
        Assert.EndsWith("cublasDestroy ", fake.Journal, StringComparison.Ordinal);
        AssertClean();
    }

    /// <summary>Odd sizes, and matrices that are parts of larger ones: products of small integers are exact in every type.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Products_are_those_of_the_definition(bool isFirstTransposed, bool isSecondTransposed)
    {
        Check<float, float>(isFirstTransposed, isSecondTransposed, 68);
        Check<double, double>(isFirstTransposed, isSecondTransposed, 70);
        Check<Half, float>(isFirstTransposed, isSecondTransposed, 68);
        Check<Half, Half>(isFirstTransposed, isSecondTransposed, 68);
        Check<BFloat16, BFloat16>(isFirstTransposed, isSecondTransposed, 68);
        Check<float, float>(isFirstTransposed, isSecondTransposed, 77, mayRound: true);
        Check<Half, float>(isFirstTransposed, isSecondTransposed, 68, mayRound: true); // which rounds floats only
    }

    [Fact]
    public void After_an_error_of_any_call_nothing_is_kept()
    {
        for (var nth = 1; nth <= 5; nth++)
        {
            using (var driver = fake.Start())
            {
                fake.Fail(nth, 13);
                using var memory = new DeviceScratch(driver);
                var address = memory.Of<float>([1, 2, 3, 4]);
                var matrix = new BlasMatrix(address, 1, ElementType.Of<float>());
                var error = Assert.Throws<CudaException>(
                    () => driver.FindBlas(isRequired: true)!.Multiply(new(1, 1, 1, 1, matrix, matrix, matrix, false, false)));
                Assert.Equal((13, "CUBLAS_STATUS_EXECUTION_FAILED"), (error.Code, error.Name));
                Assert.EndsWith("CUBLAS_STATUS_EXECUTION_FAILED (13); CudaProducts.Own multiplies without cuBLAS.", error.Message, StringComparison.Ordinal);
                Assert.Equal(0, fake.Driver.Depth);
            }
            AssertClean();
        }
    }

    [Fact]
    public void Without_cuBLAS_there_is_one_line_if_it_is_asked_for()
    {
        using var driver = new CudaDriver(fake.Driver.Start(), 0) { FindLibrary = static () => null };
        Assert.Null(driver.FindBlas(isRequired: false));
        var error = Assert.Throws<CudaException>(() => driver.FindBlas(isRequired: true));
        Assert.StartsWith("cuBLAS is not there: neither ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("can be loaded; CudaProducts.Own multiplies without it.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing of ours is computed here; the order of what is started is the point.</summary>
    [Fact]
    public void An_evaluation_multiplies_three_times_and_leaves_nothing_behind()
    {
        using (var driver = fake.Start())
        {
            using var x = CudaTensor<float>.New(driver, new[] { 2, 3 }, [1, 2, 3, 4, 5, 6]);
            using var w = CudaTensor<float>.New(driver, new[] { 5, 3 }, new float[15]);
            using var t = CudaTensor<int>.New(driver, new[] { 2 }, [0, 1]);
            using var dx = CudaTensor<float>.New(driver, new[] { 2, 3 }, new float[6]);
            using var dw = CudaTensor<float>.New(driver, new[] { 5, 3 }, new float[15]);
            new LinearCrossEntropyLoss().Evaluate(x, w, t, hiddenGradient: dx, weightGradient: dw);
            Assert.Equal(3, fake.Journal.Split("cublasGemmEx ").Length - 1);
            new LinearCrossEntropyLoss().Evaluate(x, w, t, hiddenGradient: dx, products: CudaProducts.Own);
            Assert.Equal(3, fake.Journal.Split("cublasGemmEx ").Length - 1);
            new LinearCrossEntropyLoss().Evaluate(x, w, t, products: CudaProducts.BlasWithTf32);
            Assert.Equal(77, fake.Last.Compute);
        }
        AssertClean();
    }

    private void AssertClean() => Assert.Equal((0, 0, 0, ""), (fake.Handles, fake.Driver.Kept, fake.Driver.Depth, fake.Faults));

    private void Check<T, TResult>(bool isFirstTransposed, bool isSecondTransposed, int compute, bool mayRound = false)
        where T : unmanaged, INumber<T>
        where TResult : unmanaged, INumber<TResult>
    {
        const int m = 3, n = 5, k = 4, pitch = 7;
        using (var driver = fake.Start())
        {
            using var memory = new DeviceScratch(driver);
            T[] a = Numbers<T>(pitch * pitch), b = [.. Numbers<T>(2 * pitch * pitch)[^(pitch * pitch)..]];
            var c = Numbers<TResult>(pitch * pitch);
            ulong first = memory.Of<T>(a), second = memory.Of<T>(b), result = memory.Of<TResult>(c);
            var blas = driver.FindBlas(isRequired: true)!;
            foreach (var adds in (bool[])[false, true])
                blas.Multiply(new(m, n, k, 0.5, new(first, pitch, ElementType.Of<T>(), isFirstTransposed),
                    new(second, pitch, ElementType.Of<T>(), isSecondTransposed), new(result, pitch, ElementType.Of<TResult>()), adds, mayRound));
            var actual = new TResult[c.Length];
            driver.Read(result, MemoryMarshal.AsBytes(actual.AsSpan()));
            for (var i = 0; i < pitch; i++)
            for (var j = 0; j < pitch; j++)
            {
                var expected = double.CreateTruncating(c[i + j * pitch]);
                if (i < m && j < n)
                    expected = Enumerable.Range(0, k).Sum(p => double.CreateTruncating(a[isFirstTransposed ? p + i * pitch : i + p * pitch])
                        * double.CreateTruncating(b[isSecondTransposed ? j + p * pitch : p + j * pitch])); // half of it twice
                Assert.Equal(expected, double.CreateTruncating(actual[i + j * pitch]));
            }
            Assert.Equal(compute, fake.Last.Compute);
        }
        AssertClean();
    }

    private static T[] Numbers<T>(int length) where T : INumber<T> =>
        [.. Enumerable.Range(0, length).Select(static i => T.CreateTruncating(2 * (i * 5 % 7 - 3)))];
}
