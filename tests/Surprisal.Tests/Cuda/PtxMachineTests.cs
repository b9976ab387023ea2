using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The interpreter against numbers worked out by hand, and each fault that it is there to find.</summary>
public sealed class PtxMachineTests
{
    private const int Threads = 32;

    [Fact]
    public void Lanes_exchange_and_add_by_a_tree()
    {
        var values = Enumerable.Range(1, Threads).Select(static i => (double)i).ToArray();
        var result = Run(values, static (writer, data, thread) =>
        {
            var value = writer.Load<F64>(writer.At(data, thread, 8));
            for (var across = 16; across > 0; across /= 2) value += writer.Across(value, across);
            writer.Store(writer.At(data, thread, 8), value);
        });
        Assert.All(result, static value => Assert.Equal(528, value));
    }

    [Fact]
    public void Loops_and_branches_go_where_they_should()
    {
        var result = Run(new double[Threads], static (writer, data, thread) =>
        {
            var sum = writer.Variable(Real<F64>.Zero);
            writer.For<U32>(0, thread, 2, i => writer.Set(sum, sum + writer.ToReal<U32, F64>(i)));
            writer.If(thread > 30, () => writer.Set(sum, Real<F64>.Constant(-1)), () => writer.Set(sum, sum * Real<F64>.Constant(2)));
            writer.Store(writer.At(data, thread, 8), sum);
        });
        for (var thread = 0; thread < 31; thread++)
            Assert.Equal(2.0 * Enumerable.Range(0, thread).Where(static i => i % 2 == 0).Sum(), result[thread]);
        Assert.Equal(-1, result[31]);
    }

    [Fact]
    public void What_is_not_a_number_is_kept_or_dropped_as_the_card_does()
    {
        var result = Run([double.NaN, 1], static (writer, data, thread) => writer.If(Whole<U32>.Equal(thread, 0), () =>
        {
            var (nan, one) = (writer.Load<F64>(data), writer.Load<F64>(data, 8));
            writer.Store(data, Real<F64>.MaxOrSecond(nan, one));
            writer.Store(data, Real<F64>.MaxOrSecond(one, nan), 8);
        }));
        Assert.Equal([1, double.NaN], result.Take(2));
    }

    [Theory]
    [InlineData("outside", "outside of every allocation")]
    [InlineData("unaligned", "no multiple of 8")]
    [InlineData("unwritten", "read before it is written")]
    [InlineData("race", "beside a write of thread")]
    [InlineData("shuffle", "waits for threads that never come")]
    [InlineData("barrier", "a barrier that others have left")]
    [InlineData("register", "which nobody set")]
    public void Faults_are_found(string fault, string message)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Run(new double[Threads], (writer, data, thread) =>
        {
            var first = Whole<U32>.Equal(thread, 0);
            if (fault == "outside") writer.Store(data, Real<F64>.One, 8 * Threads);
            if (fault == "unaligned") writer.Load<F64>(data, 4);
            if (fault == "unwritten") writer.LoadShared<F64>(writer.Shared("memory", 16));
            if (fault == "race") writer.Store(data, Real<F64>.One);
            if (fault == "shuffle") writer.If(first, () => writer.Across(writer.Load<F64>(data), 1), () => writer.Line("ret"));
            if (fault == "barrier") writer.If(first, writer.Barrier, () => writer.Line("ret"));
            if (fault == "register") writer.Store(data, new Real<F64>(writer, writer.Register("d")) + Real<F64>.One);
        }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_barrier_orders_what_races_without_it()
    {
        var result = Run(new double[Threads], static (writer, data, thread) =>
        {
            writer.If(Whole<U32>.Equal(thread, 0), () => writer.Store(data, Real<F64>.Constant(7)));
            writer.Barrier();
            var seven = writer.Load<F64>(data);
            writer.Barrier();
            writer.Store(writer.At(data, thread, 8), seven);
        });
        Assert.All(result, static value => Assert.Equal(7, value));
    }

    [Fact]
    public void Arguments_are_what_the_kernel_takes()
    {
        var device = new PtxDevice();
        var kernel = SumKernels.Module.Entries[1];
        Assert.Equal("sum_total takes 4 arguments, not 1.",
            Assert.Throws<InvalidOperationException>(() => device.Launch(SumKernels.Module, kernel, new(1, 0), 1UL)).Message);
        Assert.Equal("sum_total: count has 4 bytes, not 8.",
            Assert.Throws<InvalidOperationException>(() => device.Launch(SumKernels.Module, kernel, new(1, 0), 1UL, 1UL, 1UL, 1UL)).Message);
    }

    private static double[] Run(double[] values, Action<PtxWriter, Whole<U64>, Whole<U32>> body)
    {
        var kernel = new PtxKernel("k", Threads, 1, writer => body(writer, writer.Address("data"), writer.Thread()));
        var module = new PtxModule("test", [kernel]);
        var device = new PtxDevice(PtxTarget.All[0]);
        using var memory = new DeviceScratch(device);
        var data = memory.Of<double>(values);
        device.Launch(module, kernel, new(1, 0), data);
        return AssertBits.Read<double>(device, data, values.Length);
    }
}
