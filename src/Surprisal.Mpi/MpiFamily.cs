namespace Surprisal.Mpi;

/// <summary>The kinds of MPI that differ in what a program passes to them.</summary>
internal enum MpiFamily
{
    /// <summary>Handles are addresses of exported objects.</summary>
    OpenMpi,

    /// <summary>Handles are integers: MPICH, Intel MPI, MVAPICH, Cray.</summary>
    Mpich,

    /// <summary>The interface that MPI 5 has standardized.</summary>
    Standard,
}
