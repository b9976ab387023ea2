using System.Runtime.InteropServices;

namespace Surprisal.Tests.Losses;

/// <summary>One loss object on eight threads at once, each with numbers of its own: every call has the bits that it has alone.</summary>
public sealed class ConcurrencyTests
{
    public static TheoryData<int> OfIndices => [.. Enumerable.Range(0, EveryLoss.OfIndices.Count)];

    public static TheoryData<int> OfNumbers => [.. Enumerable.Range(0, EveryLoss.OfNumbers.Count + 2)];

    [Theory, MemberData(nameof(OfIndices))]
    public void OverClasses(int which)
    {
        foreach (nint[] shape in new nint[][] { [12_000, 3], [3, 3, 3_000], [50, 3] }) // the large ones ask for the shared workers
        {
            Same<float>(shape, numbers => Indices(which, numbers, shape));
            Same<Half>(shape, numbers => Indices(which, numbers, shape));
        }
    }

    [Theory, MemberData(nameof(OfNumbers))]
    public void OverNumbers(int which)
    {
        Loss loss = which < EveryLoss.OfNumbers.Count ? EveryLoss.OfNumbers[which] : EveryLoss.OfIndices[which - EveryLoss.OfNumbers.Count];
        foreach (nint[] shape in new nint[][] { [6_000, 3], [50, 3] })
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
        var count = (int)shape.Aggregate((nint)1, static (a, b) => a * b);
        var numbers = Enumerable.Range(0, 4).Select(seed => EveryLoss.Draw<T>(count, seed)).ToArray();
        var alone = Array.ConvertAll(numbers, each => call(each));
        var together = new (LossResult Result, T[] Written)[16];
        Parallel.For(0, together.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => together[i] = call(numbers[i % numbers.Length]));
        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % alone.Length].Result, together[i].Result);
            Assert.True(MemoryMarshal.AsBytes<T>(alone[i % alone.Length].Written).SequenceEqual(MemoryMarshal.AsBytes<T>(together[i].Written)), $"call {i} wrote other numbers");
        }
    }
}
