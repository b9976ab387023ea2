using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda.Linear;

/// <summary>How much of linear cross-entropy is in a card's memory at once.</summary>
public sealed class LinearPlanTests
{
    /// <summary>Without a limit the memory of 1024 rows, whether the rows are kept or the classes are made twice.</summary>
    [Theory]
    [InlineData(8192, 128256, true)]
    [InlineData(8192, 128256, false)]
    [InlineData(8192, 1000, false)]
    [InlineData(1024, 128256, false)]
    [InlineData(1, 1, false)]
    public void Without_a_limit_blocks_have_the_memory_of_1024_rows(int rows, int classes, bool mayAdd)
    {
        var plan = LinearPlan.Of(new LinearSizes(rows, 4096, classes), 4, limit: null, mayAdd);
        var (most, taken) = (1024L * classes, (long)plan.Rows * plan.Classes);
        Assert.Equal(mayAdd || rows <= 1024, plan.Keeps);
        if (plan.Keeps) Assert.Equal((Math.Min(1024, (rows + 63) / 64 * 64), classes), (plan.Rows, plan.Classes));
        else Assert.InRange(taken, Math.Min(most / 2, 192L * plan.Rows), Math.Max(most, 192L * plan.Rows)); // whole tiles of 192 classes
    }
}
