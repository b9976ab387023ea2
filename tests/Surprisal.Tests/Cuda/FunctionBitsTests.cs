using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The functions that kernels restate against the library's, bit for bit, at random arguments of every size.</summary>
public sealed class FunctionBitsTests(ITestOutputHelper output)
{
    private const int Count = 20_000;

    [Fact]
    public void Tanh_has_the_librarys_bits()
    {
        Check<float, F32>(Arguments<float>(0), static x => x.Tanh(), Hyperbolic.Tanh);
        Check<double, F64>(Arguments<double>(1), static x => x.Tanh(), Hyperbolic.Tanh);
    }

    [Fact]
    public void The_exponential_of_nothing_positive_has_the_librarys_bits()
    {
        Check<float, F32>([.. Arguments<float>(2).Select(static x => -Math.Abs(x))], static x => x.Exp(), Exponential.NonPositive);
        Check<double, F64>([.. Arguments<double>(3).Select(static x => -Math.Abs(x))], static x => x.Exp(), Exponential.NonPositive);
    }

    [Fact]
    public void The_exponential_has_the_librarys_bits()
    {
        Check<float, F32>([.. Arguments<float>(5), 88.7228f, 88.723f, -103.97f, -104], static x => x.Exp(), Exponential.Of);
        Check<double, F64>([.. Arguments<double>(6), 709.78, 709.79, -745.13, -746], static x => x.Exp(), Exponential.Of);
    }

    [Fact]
    public void The_logarithm_has_the_librarys_bits()
    {
        Check<float, F32>([.. Arguments<float>(7), 1e-40f, 1.17549435e-38f], static x => x.Log(), Logarithm.Log);
        Check<double, F64>([.. Arguments<double>(8), 1e-310, 2.2250738585072014e-308], static x => x.Log(), Logarithm.Log);
    }

    [Fact]
    public void Log1p_has_the_librarys_bits()
    {
        Check<double, F64>([.. Arguments<double>(4), -1, -0.5, -2], static x => x.Log1p(), Logarithm.Log1p);
        Check<float, F32>([.. Arguments<float>(9), -1, -0.5f, -2], static x => x.Log1p(), Logarithm.Log1p);
    }

    /// <summary>Signs and powers of two at random, and what is special.</summary>
    private T[] Arguments<T>(int salt) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        T[] special = [T.Zero, T.NegativeZero, T.One, -T.One, T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Epsilon, -T.Epsilon, T.CreateTruncating(0.549)];
        return
        [
            .. special,
            .. Enumerable.Range(0, Count)
                .Select(_ => T.CreateTruncating((random.Next(2) * 2 - 1) * (1 + random.NextDouble()) * Math.Pow(2, random.Next(-40, 11)))),
            .. Enumerable.Range(0, Count).Select(_ => T.CreateTruncating(random.NextDouble() * 4 - 2)),
        ];
    }

    private static void Check<T, TFormat>(T[] arguments, Func<Tensor<T>, Tensor<T>> library, Func<PtxWriter, Real<TFormat>, Real<TFormat>> function)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormat : struct, IRealFormat
    {
        var kernel = new PtxKernel("k", 32, 1, writer =>
        {
            var (data, count) = (writer.Address("data"), writer.Parameter<U32>("count"));
            writer.For<U32>(writer.Thread(), count, 32, i =>
            {
                var at = writer.At(data, i, TFormat.Size);
                writer.Store(at, function(writer, writer.Load<TFormat>(at)));
            });
        });
        var device = new PtxDevice();
        using var memory = new DeviceScratch(device);
        var data = memory.Of<T>(arguments);
        device.Launch(new("test", [kernel]), kernel, new(1, 0), data, (uint)arguments.Length);
        var (expected, actual) = (library(Tensor.Create<T>(arguments, [arguments.Length])).ToArray(), AssertBits.Read<T>(device, data, arguments.Length));
        for (var i = 0; i < arguments.Length; i++) AssertBits.Equal(expected[i], actual[i], $"at {arguments[i]:R}");
    }
}
