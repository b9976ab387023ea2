using System.Diagnostics;
using System.Globalization;
using Surprisal;
using Surprisal.Modules;
using Surprisal.Mpi;
using Surprisal.Training;

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
        "speed" => Speed(args[1]),
        "overlap" => Overlap(Number(1), Number(2), Number(3), Number(4)),
        _ => throw new ArgumentException($"the question is {question}; signals, moves, killed, leaves, thread, speed or overlap was expected."),
    };
}
catch (MpiException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

int Number(int argument) => int.Parse(args[argument], CultureInfo.InvariantCulture);

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

// Steps of two networks: milliseconds (the median, and the fastest), of the processor too, which other work on the machine lengthens less, and
// bytes a step. With one rank it takes two threads, with more one each.
static int Speed(string network)
{
    using var ranks = Communicator.Open();
    Threads.Count = ranks.Size == 1 ? 2 : 1;
    var seed = new Seed(0);
    var isLarge = network == "mlp";
    var inputs = Tensor.Randn<float>([1024, 1, 28, 28], new Seed(1));
    var targets = Tensor.RandInt<long>(0, 10, [1024], new Seed(2));
    var data = new TensorDataset(inputs, targets, [.. Enumerable.Range(0, 10).Select(static c => $"{c}")]);
    Module model = isLarge
        ? new Sequential(new Flatten(), new Linear(784, 2600, seed), new Relu(), new Linear(2600, 3000, seed), new Relu(), new Linear(3000, 10, seed))
        : new LeNet(1, 28, 28, 10, seed);
    var (times, processor) = (new List<double>(), new List<double>());
    var clock = Stopwatch.StartNew();
    var before = Environment.CpuUsage.TotalTime;
    var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.01))
    {
        Parts = 8, Group = ranks, KeepLast = true,
        AfterStep = _ =>
        {
            times.Add(clock.Elapsed.TotalMilliseconds);
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
            before = Environment.CpuUsage.TotalTime;
            clock.Restart();
            return false;
        },
    };
    var train = new DataLoader(data, isLarge ? 1024 : 64);
    trainer.Fit(train, new DataLoader(new TensorDataset(Tensor.Zeros<float>([1, 1, 28, 28]), Tensor.Zeros<long>([1]), data.ClassNames), 1),
        epochs: 36);
    var steps = times.Count;
    // The first third compiles too, in each process.
    times.RemoveRange(0, times.Count / 3);
    processor.RemoveRange(0, processor.Count / 3);
    var floats = model.Parameters().Sum(static parameter => (long)parameter.Length);
    var sent = ranks.TakeTotals()[0].Sent / Math.Max(1, steps);
    if (ranks.Rank == 0)
        Console.WriteLine($"{network}: {ranks.Size} ranks of {Threads.Count} threads, {Median(times):F1} ms a step " +
            $"(fastest {times.Min():F1}; of the processor {Median(processor):F1} on rank 0); " +
            $"{sent} bytes a step, 2 M (R - 1) / R is {8 * floats * (ranks.Size - 1) / ranks.Size}");
    return 0;
}

static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

// How much of the sending is hidden behind computing: a step of several ranks beside its computing alone and its sending alone, in turn.
static int Overlap(int parts, int rows, int steps, int layers)
{
    const int Bucket = 4 << 20, Rounds = 3;
    using var ranks = Communicator.Open();
    Threads.Count = 1;
    ranks.RankTimeout = TimeSpan.FromMinutes(1);
    var bytes = Network(new Seed(0)).Parameters().Sum(static parameter => 4L * parameter.Length);
    List<byte[]> memory = [.. Enumerable.Range(0, (int)(bytes / Bucket) + 1).SelectMany(static _ => new[] { new byte[Bucket], new byte[Bucket] })];
    var (sending, computing, both) = (new List<double>(), new List<double>(), new List<double>());
    var (waiting, sentBytes) = (0.0, 0L);
    for (var round = 0; round < Rounds; round++)
    {
        ranks.Barrier();
        for (var i = 0; i < steps; i++)
        {
            var clock = Stopwatch.StartNew();
            Send();
            sending.Add(clock.Elapsed.TotalMilliseconds);
        }
        computing.AddRange(Train(ProcessGroup.Alone, parts / ranks.Size, rows / ranks.Size, steps).Steps);
        ranks.Barrier();
        (var times, waiting, sentBytes) = Train(ranks, parts, rows, steps);
        both.AddRange(times);
    }
    if (ranks.Rank == 0)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{ranks.Version}, {parts} parts, {rows} rows, {layers} layers: computing {Median(computing):F0} ms, sending {Median(sending):F0} ms, " +
            $"both {Median(both):F0} ms ({waiting:F0} ms of the last waiting): " +
            $"{1 - (Median(both) - Median(computing)) / Median(sending):P0} of the sending is hidden; {sentBytes} bytes a step"));
    return 0;

    void Send()
    {
        var (scatters, gathers) = (new List<Transfer>(), new List<Transfer>());
        for (var (sent, i) = (0L, 0); sent < bytes; sent += Bucket, i += 2)
            scatters.Add(ranks.AllToAll(memory[i].AsMemory(0, Slice(sent) * ranks.Size), memory[i + 1].AsMemory(0, Slice(sent) * ranks.Size), channel: 1));
        for (var (sent, i) = (0L, 0); sent < bytes; sent += Bucket, i += 2)
        {
            scatters[i / 2].Wait();
            gathers.Add(ranks.AllGather(memory[i + 1].AsMemory(0, Slice(sent)), memory[i].AsMemory(0, Slice(sent) * ranks.Size), channel: 2));
        }
        foreach (var transfer in gathers) transfer.Wait();
    }

    int Slice(long sent) => (int)Math.Min(Bucket, bytes - sent) / ranks.Size;

    // About 7.5 million weights in so many layers of one width.
    Module Network(Seed seed)
    {
        var width = (int)Math.Sqrt(7.5e6 / layers);
        return new Sequential([new Linear(512, width, seed), .. Enumerable.Range(0, layers).SelectMany(IEnumerable<Module> (_) =>
            [new Relu(), new Linear(width, width, seed)]), new Relu(), new Linear(width, 10, seed)]);
    }

    (List<double> Steps, double Waiting, long Sent) Train(ProcessGroup group, int parts, int rows, int steps)
    {
        var model = Network(new Seed(0));
        var samples = rows * steps;
        var data = new TensorDataset(Tensor.Randn<float>([samples, 512], new Seed(1)), Tensor.RandInt<long>(0, 10, [samples], new Seed(2)),
            [.. Enumerable.Range(0, 10).Select(static c => $"{c}")]);
        var (times, clock) = (new List<double>(), Stopwatch.StartNew());
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.001))
        {
            Parts = parts, Group = group, KeepLast = true,
            AfterStep = _ =>
            {
                times.Add(clock.Elapsed.TotalMilliseconds);
                clock.Restart();
                return false;
            },
        };
        trainer.Fit(new DataLoader(data, rows), new DataLoader(new TensorDataset(Tensor.Zeros<float>([1, 512]),
            Tensor.Zeros<long>([1]), data.ClassNames), 1), epochs: 1);
        var last = group is Communicator ranks ? ranks.LastStep[0] : null;
        return (times, last?.Waiting.TotalMilliseconds ?? 0, last?.Sent ?? 0);
    }
}
