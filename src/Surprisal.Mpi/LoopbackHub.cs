namespace Surprisal.Mpi;

/// <summary>Where the threads of a <see cref="Loopback"/> leave what they send.</summary>
internal sealed class LoopbackHub(int ranks)
{
    private readonly object gate = new();
    private readonly Dictionary<(int Channel, long Number), ReadOnlyMemory<byte>?[]> open = [];
    private readonly Dictionary<(int Channel, long Number), int> readers = [];
    private bool hasFailed;

    public int Ranks => ranks;

    /// <summary>Leaves what a rank sends in the so-manyth transfer of a channel; nobody writes to it before all have read.</summary>
    public void Send(int channel, long number, int rank, ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            if (!open.TryGetValue((channel, number), out var sent)) open.Add((channel, number), sent = new ReadOnlyMemory<byte>?[ranks]);
            sent[rank] = bytes.ToArray();
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>What all have sent, in the order of ranks; null while somebody has not, unless it is waited for.</summary>
    public ReadOnlyMemory<byte>[]? Receive(int channel, long number, bool wait)
    {
        lock (gate)
        {
            while (true)
            {
                if (hasFailed) throw new OperationCanceledException("another rank has failed.");
                var sent = open[(channel, number)];
                if (Array.TrueForAll(sent, static bytes => bytes is not null))
                {
                    var left = readers.GetValueOrDefault((channel, number), ranks) - 1;
                    readers[(channel, number)] = left;
                    if (left == 0)
                    {
                        open.Remove((channel, number));
                        readers.Remove((channel, number));
                    }
                    return [.. sent.Select(static bytes => bytes!.Value)];
                }
                if (!wait) return null;
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>Ends everybody who waits.</summary>
    public void Fail()
    {
        lock (gate)
        {
            hasFailed = true;
            Monitor.PulseAll(gate);
        }
    }
}
