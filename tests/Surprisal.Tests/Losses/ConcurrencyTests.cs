using System.Runtime.InteropServices;
using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>One loss object on eight threads at once, each with numbers of its own: every call has the bits that it has alone.</summary>
/// <remarks>Whatever its size, a call of several blocks asks for the workers that all share; the last shape of each test has one block.</remarks>
[Collection(Serial.Name)]
public sealed class ConcurrencyTests
{
    private const int Callers = 8;

    public static TheoryData<int> OfIndices => [.. Enumerable.Range(0, EveryLoss.OfIndices.Count)];

    public static TheoryData<int> OfNumbers => [.. Enumerable.Range(0, EveryLoss.OfNumbers.Count + 2)];

    [Theory, MemberData(nameof(OfIndices))]
    public void OverClasses(int which)
    {
        foreach (nint[] shape in new nint[][] { [8_200, 3], [3, 3, 100], [50, 3] })
        {
            Same<float>(shape, numbers => Indices(which, numbers, shape));
            Same<Half>(shape, numbers => Indices(which, numbers, shape));
        }
    }

    [Theory, MemberData(nameof(OfNumbers))]
    public void OverNumbers(int which)
    {
        Loss loss = which < EveryLoss.OfNumbers.Count ? EveryLoss.OfNumbers[which] : EveryLoss.OfIndices[which - EveryLoss.OfNumbers.Count];
        foreach (nint[] shape in new nint[][] { [5_500, 3], [50, 3] })
            Same<double>(shape, numbers =>
            {
                var (result, gradient, targetGradient) = EveryLoss.Numbers(loss, numbers, shape);
                return (result, [.. gradient, .. targetGradient]);
            });
    }

    private static (LossResult, T[]) Indices<T>(int which, T[] numbers, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (result, gradient, losses) = EveryLoss.Indices(EveryLoss.OfIndices[which], numbers, shape);
        return (result, [.. gradient, .. losses]);
    }

    private static void Same<T>(nint[] shape, Func<T[], (LossResult Result, T[] Written)> call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = (int)shape.Aggregate((nint)1, static (a, b) => a * b);
        var numbers = Enumerable.Range(0, 3).Select(seed => EveryLoss.Draw<T>(length, seed)).ToArray();
        var alone = Array.ConvertAll(numbers, each => call(each));
        var together = new (LossResult Result, T[] Written)[2 * Callers];
        var (count, work) = (Threads.Count, Threads.SmallestWork);
        (Threads.Count, Threads.SmallestWork) = (3, 0);
        try
        {
            using var start = new Barrier(Callers);
            Task.WaitAll([.. Enumerable.Range(0, Callers).Select(caller => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    for (var i = caller; i < together.Length; i += Callers) together[i] = call(numbers[i % numbers.Length]);
                },
                default, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        }
        finally
        {
            (Threads.Count, Threads.SmallestWork) = (count, work);
        }
        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % alone.Length].Result, together[i].Result);
            Assert.True(MemoryMarshal.AsBytes<T>(alone[i % alone.Length].Written).SequenceEqual(MemoryMarshal.AsBytes<T>(together[i].Written)),
                $"call {i} wrote other numbers");
        }
    }
}
