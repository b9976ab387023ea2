using System.Buffers;
using System.Runtime.InteropServices;
using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>A nonblocking call of MPI. Its memory is held where it is until it has ended.</summary>
/// <remarks>
/// Waiting never blocks within MPI, which would keep a core busy, or, with more ranks than cores, the rank that is waited for away from it:
/// 20 tests at once, then one each 50 microseconds.
/// </remarks>
internal sealed unsafe class MpiTransfer(Communicator communicator, MemoryHandle send, MemoryHandle receive) : Transfer
{
    private const int EagerTests = 20;

    private static readonly TimeSpan pause = TimeSpan.FromMicroseconds(50);

    private readonly nint* request = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
    private bool hasEnded;

    public nint* Request => request;

    public override bool Test()
    {
        if (hasEnded) return true;
        communicator.CheckThread();
        if (!communicator.Library.Test(request)) return false;
        hasEnded = true;
        NativeMemory.Free(request);
        send.Dispose();
        receive.Dispose();
        return true;
    }

    public override void Wait()
    {
        if (Test()) return;
        communicator.BeginWait();
        try
        {
            for (var i = 0; i < EagerTests; i++)
                if (Test()) return;
            while (!Test()) LibC.Sleep(pause);
        }
        finally
        {
            communicator.EndWait();
        }
    }
}
