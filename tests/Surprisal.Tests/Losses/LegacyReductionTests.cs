using System.Reflection;

namespace Surprisal.Tests.Losses;

public sealed class LegacyReductionTests
{
    /// <summary>PyTorch's table (torch/nn/_reduction.py): rows size_average None, True, False; columns reduce None, True, False.</summary>
    [Theory]
    [InlineData(null, null, Reduction.Sum)]
    [InlineData(null, true, Reduction.Mean)]
    [InlineData(null, false, Reduction.None)]
    [InlineData(true, null, Reduction.Mean)]
    [InlineData(true, true, Reduction.Mean)]
    [InlineData(true, false, Reduction.None)]
    [InlineData(false, null, Reduction.Sum)]
    [InlineData(false, true, Reduction.Sum)]
    [InlineData(false, false, Reduction.None)]
    public void TheTableIsThatOfPyTorch(bool? sizeAverage, bool? reduce, Reduction expected)
    {
#pragma warning disable CS0618 // what is tested is obsolete on purpose
        Assert.Equal(expected, Reduction.FromLegacy(sizeAverage, reduce, reduction: Reduction.Sum)); // an explicit Sum is overwritten too
#pragma warning restore CS0618
    }

    [Fact]
    public void ItIsObsoleteAndNamesTheReplacement()
    {
        var member = typeof(LegacyReduction).GetMethods().Single(static method => method.Name == "FromLegacy");
        Assert.Equal(
            "size_average and reduce args will be deprecated, please use Reduction.Mean (both true or missing), " +
            "Reduction.Sum (size_average false) or Reduction.None (reduce false) instead.",
            member.GetCustomAttribute<ObsoleteAttribute>()!.Message);
    }
}
