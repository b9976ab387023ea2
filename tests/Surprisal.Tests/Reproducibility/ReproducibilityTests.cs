using Surprisal.Tests.Architecture;
using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Reproducibility;

/// <summary>
/// The same bits on any number of threads, in place or apart, and on any vector width: the hashes are committed, and .ci/run runs this class
/// again with narrower vectors.
/// </summary>
[Collection(Serial.Name)]
public sealed class ReproducibilityTests
{
    [Fact]
    public void TheBitsAreTheCommittedOnes() =>
        Approved.Check("tests/Surprisal.Tests/Reproducibility/hashes.txt",
            string.Concat(Works.All.Select(static work => $"{Works.Hash(work.Value())}  {work.Key}\n")));

    public static TheoryData<string> Names => new(Works.All.Keys);

    [Theory, MemberData(nameof(Names))]
    public void TheNumberOfThreadsDoesNotMatter(string name)
    {
        var alone = Serial.On(1, Works.All[name]);
        for (var threads = 2; threads <= 8; threads++) Assert.Equal(Works.Hash(alone), Works.Hash(Serial.On(threads, Works.All[name])));
    }
}
