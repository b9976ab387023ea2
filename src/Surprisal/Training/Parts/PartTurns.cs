using System.Runtime.ExceptionServices;

namespace Surprisal.Training;

/// <summary>
/// The parts of this process where they must meet, or go on side by side: each on a thread of its own, one of them at work at a time. When
/// all of them wait, the thread that runs them exchanges what they brought with the other processes, or takes what they have.
/// </summary>
/// <remarks>
/// Why not all rows in one forward pass: the bits of a row depend on how many there are (a product with one row adds in another order), and
/// the weights' gradients are wanted part by part. A part alone runs on the calling thread.
/// </remarks>
/// <param name="exchange">Who has which parts.</param>
/// <param name="buffers">Whose counts are those of each part by itself.</param>
/// <param name="progress">Called on the thread that runs them, every millisecond while a part is at work: nothing moves between processes
/// unless somebody looks, and only that thread may. Null for nothing to move.</param>
internal sealed class PartTurns(PartExchange exchange, BufferSnapshot buffers, Action? progress) : PartMeeting
{
    private readonly List<PartThread> threads = [];
    private List<Turn> turns = [];
    private Turn? running;
    private double[]? own, all, folded;
    private int numbers;
    private bool isEnding;
    private double count;
    private int part; // that is at work; -1 for one without rows

    public override bool IsFirst => running is null || ReferenceEquals(running, turns[0]);

    public override double Count => count;

    /// <summary>Runs the parts, each until its end; the number is -1 for one without rows.</summary>
    /// <param name="parts">In order.</param>
    /// <param name="paused">Called when all of them have come to a <see cref="Pause"/> or their end. Null: nobody pauses, and one alone is
    /// on the calling thread.</param>
    public void Run(IReadOnlyList<(int Part, Action Work)> parts, Action? paused = null)
    {
        own = null;
        if (parts.Count == 1 && paused is null)
        {
            running = null;
            part = parts[0].Part;
            parts[0].Work();
            return;
        }
        isEnding = false;
        var counts = buffers.TakeCounts();
        turns = [.. parts.Select(each => new Turn(each.Part, each.Work) { Counts = counts })];
        while (threads.Count < turns.Count) threads.Add(new(patience: TimeSpan.FromSeconds(1)));
        foreach (var (i, turn) in turns.Index()) threads[i].Start(turn.Run);
        while (turns.Exists(static turn => !turn.IsDone))
        {
            foreach (var turn in turns) GoOn(turn);
            if (turns.Find(static turn => turn.Failure is not null) is { } failed) End(failed.Failure!);
            var waiting = turns.Count(static turn => !turn.IsDone);
            if (waiting == 0) break;
            if (turns.TrueForAll(static turn => turn.IsDone || turn.IsPausing))
            {
                paused!();
                continue;
            }
            if (waiting < turns.Count || turns.Exists(static turn => turn.IsPausing))
                End(new InvalidOperationException("some parts of a batch have ended while others wait for them at a batch normalisation: " +
                    "the model goes another way for other rows; train it with Parts = 1."));
            Exchange();
        }
        running = null;
    }

    /// <summary>Lets the other parts of this process come as far; on a thread that has one part alone nothing happens.</summary>
    public void Pause()
    {
        if (running is not { } turn) return;
        turn.IsPausing = true;
        turn.Yield();
        if (isEnding) throw new OperationCanceledException();
    }

    /// <summary>So many numbers of each own part, filled in by whoever arrives, become those of all parts.</summary>
    public double[] Meet(int perPart, Action<double[], bool> fill)
    {
        var isFirst = own is null;
        own ??= new double[(exchange.Own.End - exchange.Own.First) * perPart];
        if (own.Length != (exchange.Own.End - exchange.Own.First) * perPart)
            throw new InvalidOperationException("the parts of a batch do not meet at the same operations; train the model with Parts = 1.");
        numbers = perPart;
        fill(own, isFirst);
        if (running is null) Exchange();
        else
        {
            running.Yield();
            if (isEnding) throw new OperationCanceledException();
        }
        return all!;
    }

    public override double MergeMoments(double count, double[] mean, double[] variance)
    {
        var channels = mean.Length;
        Meet(2 * channels + 1, (own, _) =>
        {
            if (part < 0) return;
            Moments(count, mean, variance).CopyTo(own, (part - exchange.Own.First) * (2 * channels + 1));
        });
        folded ??= Fold(channels * 2 + 1, Merged);
        this.count = folded[0];
        for (var c = 0; c < channels; c++) (mean[c], variance[c]) = (folded[1 + c], Math.Max(folded[1 + channels + c] / folded[0], 0));
        return folded[0];
    }

    public override void Add(double[] sums)
    {
        // The first number says whether the part has rows.
        Meet(sums.Length + 1, (own, _) =>
        {
            if (part < 0) return;
            var mine = own.AsSpan((part - exchange.Own.First) * (sums.Length + 1));
            mine[0] = 1;
            sums.CopyTo(mine[1..]);
        });
        folded ??= Fold(sums.Length + 1, Sums);
        folded.AsSpan(1).CopyTo(sums);
    }

    /// <summary>Element by element; what both have.</summary>
    public static double[] Sums(double[] left, double[] right) => [.. left.Zip(right, static (a, b) => a + b)];

    /// <summary>A part's elements of each channel, their means, and their sums of squared deviations.</summary>
    public static double[] Moments(double count, double[] mean, double[] variance) =>
        [count, .. mean, .. variance.Select(each => each * count)];

    /// <summary>Chan, Golub and LeVeque 1979: counts, means and sums of squared deviations of two parts.</summary>
    public static double[] Merged(double[] a, double[] b)
    {
        var channels = a.Length / 2;
        var merged = new double[a.Length];
        var n = merged[0] = a[0] + b[0];
        for (var c = 1; c <= channels; c++)
        {
            var d = b[c] - a[c];
            merged[c] = a[c] + d * (b[0] / n);
            merged[channels + c] = a[channels + c] + b[channels + c] + d * d * (a[0] * b[0] / n);
        }
        return merged;
    }

    private double[] Fold(int perPart, Func<double[], double[], double[]> add)
    {
        var leaves = new double[]?[exchange.Parts];
        for (var p = 0; p < leaves.Length; p++)
            if (all![p * perPart] > 0) leaves[p] = all.AsSpan(p * perPart, perPart).ToArray();
        return PartTree.Fold(leaves, add) ?? new double[perPart];
    }

    private void Exchange()
    {
        all = exchange.Gather(own!, numbers);
        (own, folded) = (null, null);
    }

    private void GoOn(Turn turn)
    {
        if (turn.IsDone) return;
        (running, part) = (turn, turn.Part);
        turn.IsPausing = false;
        buffers.PutCounts(turn.Counts);
        turn.Resume(progress);
        turn.Counts = buffers.TakeCounts();
    }

    /// <summary>Lets the others end, and throws.</summary>
    private void End(Exception failure)
    {
        isEnding = true;
        foreach (var turn in turns)
            while (!turn.IsDone) GoOn(turn);
        running = null;
        ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>A part, which works on its thread between <see cref="Resume"/> and <see cref="Yield"/>.</summary>
    private sealed class Turn(int part, Action work)
    {
        private readonly object gate = new();
        private bool isAtWork;

        public int Part => part;

        public Tensor[] Counts { get; set; } = [];

        public bool IsDone { get; private set; }

        public bool IsPausing { get; set; }

        public Exception? Failure { get; private set; }

        /// <summary>On the part's own thread: works from the first <see cref="Resume"/> on.</summary>
        public void Run()
        {
            lock (gate)
                while (!isAtWork) Monitor.Wait(gate);
            try
            {
                work();
            }
            catch (Exception error)
            {
                if (error is not OperationCanceledException) Failure = error; // else another part has failed
            }
            IsDone = true;
            HandBack();
        }

        /// <summary>Lets the part work until it waits or has ended.</summary>
        public void Resume(Action? progress)
        {
            lock (gate)
            {
                isAtWork = true;
                Monitor.PulseAll(gate);
            }
            while (true)
            {
                lock (gate)
                {
                    if (isAtWork) Monitor.Wait(gate, progress is null ? Timeout.Infinite : 1);
                    if (!isAtWork) return;
                }
                progress?.Invoke();
            }
        }

        /// <summary>On the part's own thread: waits for the next <see cref="Resume"/>.</summary>
        public void Yield()
        {
            HandBack();
            lock (gate)
                while (!isAtWork) Monitor.Wait(gate);
        }

        private void HandBack()
        {
            lock (gate)
            {
                isAtWork = false;
                Monitor.PulseAll(gate);
            }
        }
    }
}
