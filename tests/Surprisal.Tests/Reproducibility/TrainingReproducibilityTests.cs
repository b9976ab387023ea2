using Surprisal.Tests.Architecture;
using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Reproducibility;

/// <summary>What training needs beside the losses has the same bits too: on any number of threads, and on any vector width by committed hashes.</summary>
[Collection(Serial.Name)]
public sealed class TrainingReproducibilityTests
{
    [Fact]
    public void TheBitsAreTheCommittedOnes() =>
        Approved.Check("tests/Surprisal.Tests/Reproducibility/training-hashes.txt",
            string.Concat(TrainingWorks.All.Select(static work => $"{Works.Hash(work.Value())}  {work.Key}\n")));

    public static TheoryData<string> Names => new(TrainingWorks.All.Keys);

    [Theory, MemberData(nameof(Names))]
    public void TheNumberOfThreadsDoesNotMatter(string name)
    {
        var alone = Serial.On(1, TrainingWorks.All[name]);
        for (var threads = 2; threads <= 4; threads++) Assert.Equal(Works.Hash(alone), Works.Hash(Serial.On(threads, TrainingWorks.All[name])));
    }
}
