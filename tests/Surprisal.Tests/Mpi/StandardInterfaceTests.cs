using Surprisal.Mpi;

namespace Surprisal.Tests.Mpi;

/// <summary>
/// The interface that MPI 5 has standardized, over fake_mpi_abi.c, which compares what it is given with the standard's tables.
/// </summary>
public sealed class StandardInterfaceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal-mpi-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ItsHandlesAndLengthsAreThoseOfTheStandard()
    {
        var library = Open("libmpi_abi.so.0");
        Assert.Equal(MpiFamily.Standard, library.Family);
        using (var ranks = new Communicator(library, launcher: null))
        {
            Assert.Equal((0, 1), (ranks.Rank, ranks.Size));
            Assert.Equal("MPI of one rank 5.0", ranks.Version);
            var (sent, gathered, exchanged) = (new byte[] { 1, 2, 3 }, new byte[3], new byte[3]);
            var transfers = new[] { ranks.AllGather(sent, gathered), ranks.AllToAll(sent, exchanged, channel: 1), ranks.Broadcast(sent, 0, channel: 2) };
            foreach (var transfer in transfers) transfer.Wait();
            ranks.Barrier();
            Assert.Equal(sent, gathered);
            Assert.Equal(sent, exchanged);
            Assert.Equal("MPI_Ibcast: " + "MPI_ERR_TRUNCATE: message truncated ".PadRight(511, '.') + " (MPI of one rank 5.0).",
                Assert.Throws<MpiException>(() => ranks.Broadcast(new byte[7], 0)).Message);
        }
        Assert.False(library.IsInitialized);
    }

    /// <summary>MPICH exports MPI_Abi_get_version too, in a library of its own handles.</summary>
    [Fact]
    public void ItIsToldByItsExportAndItsName() => Assert.Equal(MpiFamily.Mpich, Open("libmpich.so.12").Family);

    [Fact]
    public void ADraftIsRefusedInOneLine()
    {
        var message = Assert.Throws<MpiException>(() => Open("libmpi_abi.so.0", "-DEARLY")).Message;
        Assert.EndsWith("libmpi_abi.so.0 is an early draft of MPI's standard interface, whose handles were others; use a newer one.", message,
            StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)] // MPI_THREAD_FUNNELED elsewhere
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(4096)]
    public void LevelsOfThreadsAreThoseOfTheStandard(int level)
    {
        var library = Open("libmpi_abi.so.0", $"-DLEVEL={level}");
        if (level >= 1024) library.Init();
        else Assert.Equal($"MPI of one rank 5.0 allows no threads beside it (level {level}); .NET always has some.",
            Assert.Throws<MpiException>(library.Init).Message);
    }

    /// <summary>Each library of its own folder has a state of its own.</summary>
    private MpiLibrary Open(string name, params string[] options)
    {
        var file = CLibrary.Build("tests/Surprisal.Tests/Mpi/fake_mpi_abi.c", Path.Combine(folder, name), options);
        Assert.SkipWhen(file is null, "there is no C compiler, so the library cannot be built.");
        return MpiLibrary.TryOpen(file)!;
    }
}
