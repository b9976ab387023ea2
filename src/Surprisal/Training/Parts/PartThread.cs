namespace Surprisal.Training;

/// <summary>
/// The thread of one part after the other, step after step: a new one each time would begin without the scratch memory that the last one
/// had. It ends when nobody has needed it for a while.
/// </summary>
/// <param name="patience">For how long it waits for the next work.</param>
internal sealed class PartThread(TimeSpan patience)
{
    private readonly object gate = new();
    private Action? work;
    private bool isAlive;

    /// <summary>Begins the next work; the one before has ended, or is about to.</summary>
    public void Start(Action next)
    {
        lock (gate)
        {
            work = next;
            Monitor.Pulse(gate);
            if (isAlive) return;
            isAlive = true;
        }
        new Thread(Run) { IsBackground = true, Name = "Surprisal part" }.Start();
    }

    private void Run()
    {
        while (Take() is { } next) next();
    }

    /// <summary>The next work; null when the thread shall end.</summary>
    private Action? Take()
    {
        lock (gate)
        {
            if (work is null) Monitor.Wait(gate, patience);
            var next = work;
            work = null;
            isAlive = next is not null;
            return next;
        }
    }
}
