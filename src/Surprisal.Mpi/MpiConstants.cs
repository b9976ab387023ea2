namespace Surprisal.Mpi;

/// <summary>What a kind of MPI wants to be passed: handles and a few numbers.</summary>
internal readonly record struct MpiConstants
{
    public nint World { get; private init; }

    public nint Byte { get; private init; }

    /// <summary>The handler that lets calls return their error.</summary>
    public nint ErrorsReturn { get; private init; }

    public nint InPlace { get; private init; }

    public nint StatusIgnore { get; private init; }

    /// <summary>MPI_THREAD_FUNNELED.</summary>
    public int Funneled { get; private init; }

    /// <summary>The longest text of an error, and of the library's version.</summary>
    public (int Error, int Version) TextLength { get; private init; }

    /// <summary>Those of a library, which is asked for its exported objects.</summary>
    public static MpiConstants Of(MpiFamily family, Func<string, nint> export) => family switch
    {
        MpiFamily.OpenMpi => new()
        {
            World = export("ompi_mpi_comm_world"), Byte = export("ompi_mpi_byte"), ErrorsReturn = export("ompi_mpi_errors_return"),
            InPlace = 1, StatusIgnore = 0, Funneled = 1, TextLength = (256, 256),
        },
        MpiFamily.Mpich => new()
        {
            World = 0x44000000, Byte = 0x4c00010d, ErrorsReturn = 0x54000001,
            InPlace = -1, StatusIgnore = 1, Funneled = 1, TextLength = (512, 8192),
        },
        _ => new()
        {
            World = 0x101, Byte = 0x247, ErrorsReturn = 0x143,
            InPlace = 1, StatusIgnore = 0, Funneled = 1024, TextLength = (512, 8192),
        },
    };
}
