namespace Surprisal;

/// <summary>
/// The largest logits of a row with their classes, the least at the root: of equal ones the later class is less. Classes arrive in
/// ascending order.
/// </summary>
internal readonly unsafe struct TopHeap<T>(T* logits, int* classes, int size) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The least of those that are held.</summary>
    public T Least => logits[0];

    /// <summary>One of the first classes, which are held whatever they are.</summary>
    public void Fill(int held, T logit)
    {
        var at = held;
        for (; at > 0 && IsLess(logit, held, (at - 1) / 2); at = (at - 1) / 2) Move((at - 1) / 2, at);
        (logits[at], classes[at]) = (logit, held);
    }

    /// <summary>A larger one in the place of the least.</summary>
    public void Replace(T logit, int c) => Sink(logit, c, size);

    /// <summary>Makes the heap a list, from the largest to the least.</summary>
    public void Sort()
    {
        for (var end = size - 1; end > 0; end--)
        {
            var (logit, c) = (logits[end], classes[end]);
            Move(0, end);
            Sink(logit, c, end);
        }
    }

    private void Sink(T logit, int c, int end)
    {
        var at = 0;
        while (true)
        {
            var child = 2 * at + 1;
            if (child >= end) break;
            if (child + 1 < end && IsLess(logits[child + 1], classes[child + 1], child)) child++;
            if (IsLess(logit, c, child)) break;
            Move(child, at);
            at = child;
        }
        (logits[at], classes[at]) = (logit, c);
    }

    /// <summary>Whether a logit is less than that which stands there.</summary>
    private bool IsLess(T logit, int c, int other) => logit < logits[other] || (logit == logits[other] && c > classes[other]);

    private void Move(int from, int to) => (logits[to], classes[to]) = (logits[from], classes[from]);
}
