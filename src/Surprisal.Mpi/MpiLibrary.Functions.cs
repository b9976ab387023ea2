namespace Surprisal.Mpi;

/// <content>The fifteen functions. A handle is as wide as a pointer; where it is an integer, its lower half is read.</content>
internal sealed unsafe partial class MpiLibrary
{
    private delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int> initThread;
    private delegate* unmanaged[Cdecl]<int*, int> initialized;
    private delegate* unmanaged[Cdecl]<int> finalize;
    private delegate* unmanaged[Cdecl]<nint, int*, int> commRank, commSize;
    private delegate* unmanaged[Cdecl]<nint, nint*, int> commDup;
    private delegate* unmanaged[Cdecl]<nint, nint, int> commSetErrhandler;
    private delegate* unmanaged[Cdecl]<nint, nint*, int> ibarrier;
    private delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int> ibcast;
    private delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, nint*, int> iallgather, ialltoall;
    private delegate* unmanaged[Cdecl]<nint*, int*, nint, int> test;
    private delegate* unmanaged[Cdecl]<int, byte*, int*, int> errorString;
    private delegate* unmanaged[Cdecl]<byte*, int*, int> getLibraryVersion;
    private delegate* unmanaged[Cdecl]<nint, int, int> abort;

    public bool IsInitialized
    {
        get
        {
            int flag;
            Check(initialized(&flag), "MPI_Initialized");
            return flag != 0;
        }
    }

    public void Init()
    {
        int provided;
        // Open MPI has no texts before, and would end the process that asks.
        if (initThread(null, null, Constants.Funneled, &provided) is not 0 and var code)
            throw new MpiException($"MPI_Init_thread: error {code} ({Version()}).");
        if (provided < Constants.Funneled)
            throw new MpiException($"{Version()} allows no threads beside it (level {provided}); .NET always has some.");
    }

    public void Finish() => Check(finalize(), "MPI_Finalize");

    public (int Rank, int Size) Place(nint communicator)
    {
        int rank, size;
        Check(commRank(communicator, &rank), "MPI_Comm_rank");
        Check(commSize(communicator, &size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>A communicator of our own over the same ranks, whose calls return their errors.</summary>
    public nint Duplicate(nint communicator)
    {
        nint own = 0;
        Check(commSetErrhandler(communicator, Constants.ErrorsReturn), "MPI_Comm_set_errhandler");
        Check(commDup(communicator, &own), "MPI_Comm_dup");
        Check(commSetErrhandler(own, Constants.ErrorsReturn), "MPI_Comm_set_errhandler");
        return own;
    }

    public void Barrier(nint communicator, nint* request) => Check(ibarrier(communicator, request), "MPI_Ibarrier");

    public void Broadcast(void* bytes, int count, int root, nint communicator, nint* request) =>
        Check(ibcast(bytes, count, Constants.Byte, root, communicator, request), "MPI_Ibcast");

    public void AllGather(void* send, int count, void* receive, nint communicator, nint* request) =>
        Check(iallgather(send, count, Constants.Byte, receive, count, Constants.Byte, communicator, request), "MPI_Iallgather");

    public void AllToAll(void* send, int count, void* receive, nint communicator, nint* request) =>
        Check(ialltoall(send, count, Constants.Byte, receive, count, Constants.Byte, communicator, request), "MPI_Ialltoall");

    public bool Test(nint* request)
    {
        int flag;
        Check(test(request, &flag, Constants.StatusIgnore), "MPI_Test");
        return flag != 0;
    }

    public void Abort(nint communicator, int exitCode) => abort(communicator, exitCode);

    private void Bind()
    {
        initThread = (delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int>)Export("MPI_Init_thread");
        initialized = (delegate* unmanaged[Cdecl]<int*, int>)Export("MPI_Initialized");
        finalize = (delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize");
        commRank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_rank");
        commSize = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_size");
        commDup = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Export("MPI_Comm_dup");
        commSetErrhandler = (delegate* unmanaged[Cdecl]<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        ibarrier = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Export("MPI_Ibarrier");
        ibcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int>)Export("MPI_Ibcast");
        iallgather = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, nint*, int>)Export("MPI_Iallgather");
        ialltoall = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, nint*, int>)Export("MPI_Ialltoall");
        test = (delegate* unmanaged[Cdecl]<nint*, int*, nint, int>)Export("MPI_Test");
        errorString = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Export("MPI_Error_string");
        getLibraryVersion = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Export("MPI_Get_library_version");
        abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Export("MPI_Abort");
    }
}
