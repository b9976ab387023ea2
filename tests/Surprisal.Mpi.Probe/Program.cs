using System.Diagnostics;
using Surprisal.Mpi;

// What MPI does to a .NET program, asked of the MPI that is installed: .ci/mpi starts it. One word says which question.
var question = args.Length > 0 ? args[0] : "signals";
try
{
    return question switch
    {
        "signals" => Signals(),
        "moves" => Moves(),
        "killed" => Killed(),
        "leaves" => Leaves(),
        "thread" => OtherThread(),
        _ => throw new ArgumentException($"the question is {question}; signals, moves, killed, leaves or thread was expected."),
    };
}
catch (MpiException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

// A caught NullReferenceException is a signal that .NET handles; UCX would end the process.
static int Signals()
{
    using (var ranks = Communicator.Open())
    {
        Catch();
        ranks.Barrier();
        if (ranks.Rank == 0) Console.WriteLine($"{ranks.Size} ranks of {ranks.Version}: caught after Init");
    }
    Catch();
    return 0;

    static void Catch()
    {
        string? nothing = Environment.GetEnvironmentVariable("SURPRISAL_NO_SUCH_VARIABLE");
        try
        {
            Console.WriteLine(nothing!.Length);
        }
        catch (NullReferenceException)
        {
            // which is what was asked
        }
    }
}

// Bytes arrive where they should, in transfers that overlap and are waited for in another order.
static int Moves()
{
    using var ranks = Communicator.Open();
    var (mine, all) = (new byte[3 * ranks.Size], new byte[3 * ranks.Size]);
    for (var i = 0; i < mine.Length; i++) mine[i] = (byte)(10 * ranks.Rank + i / 3);
    var (gathered, sent) = (new byte[ranks.Size], new byte[] { (byte)ranks.Rank });
    var exchange = ranks.AllToAll(mine, all, channel: 1);
    var gather = ranks.AllGather(sent, gathered);
    var text = new byte[] { ranks.Rank == ranks.Size - 1 ? (byte)42 : (byte)0 };
    ranks.Broadcast(text, ranks.Size - 1, channel: 2).Wait();
    gather.Wait();
    exchange.Wait();
    for (var rank = 0; rank < ranks.Size; rank++)
        if (gathered[rank] != rank || all[3 * rank] != 10 * rank + ranks.Rank || text[0] != 42)
            throw new InvalidOperationException($"rank {ranks.Rank} received something else from rank {rank}.");
    var clock = Stopwatch.StartNew();
    for (var i = 0; i < 1000; i++) ranks.AllGather(sent, gathered).Wait();
    if (ranks.Rank == 0) Console.WriteLine($"all of it arrived; 1,000 small ones took {clock.ElapsedMilliseconds} ms");
    return 0;
}

// Waits for a rank that somebody kills from outside.
static int Killed()
{
    using var ranks = Communicator.Open();
    Console.WriteLine($"rank {ranks.Rank} is process {Environment.ProcessId}");
    Console.Out.Flush();
    ranks.Barrier();
    if (ranks.Rank == ranks.Size - 1) Thread.Sleep(TimeSpan.FromMinutes(2));
    ranks.Barrier();
    return 0;
}

// Ends with 0 and without a word, which MPICH's mpirun would take for success.
static int Leaves()
{
    var ranks = Communicator.Open();
    if (ranks.Rank == ranks.Size - 1) return 0;
    ranks.Barrier();
    ranks.Dispose();
    return 0;
}

static int OtherThread()
{
    using var ranks = Communicator.Open();
    var refused = false;
    var other = new Thread(() =>
    {
        try
        {
            ranks.Barrier();
        }
        catch (InvalidOperationException)
        {
            refused = true;
        }
    });
    other.Start();
    other.Join();
    return refused ? 0 : 1;
}
