namespace Surprisal.Training;

/// <summary>Which gradients of a part have come, in the order in which they are sent: from the last parameter to the first.</summary>
internal sealed class PartArrivals(GradientSum sum, int parameters)
{
    private readonly bool[] arrived = new bool[parameters];

    /// <summary>From this parameter on all have come.</summary>
    public int First { get; private set; } = parameters;

    /// <summary>Notes one; whether more have come from the last on.</summary>
    public bool Add(Tensor leaf)
    {
        var index = sum.IndexOf(leaf);
        if (index < 0) return false;
        arrived[index] = true;
        var before = First;
        while (First > 0 && arrived[First - 1]) First--;
        return First < before;
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => First = 0;
}
