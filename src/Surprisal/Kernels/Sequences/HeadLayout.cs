namespace Surprisal.Kernels;

/// <summary>Where the rows of an attention head lie in a tensor: its rows are contiguous, and <see cref="Row"/> elements apart.</summary>
/// <param name="batch">From one sequence to the next.</param>
/// <param name="head">From one head to the next.</param>
/// <param name="row">From one position to the next.</param>
internal readonly struct HeadLayout(nint batch, nint head, int row)
{
    public readonly int Row = row;

    /// <summary>The first element of a head, where <paramref name="heads"/> heads make a sequence.</summary>
    public nint Start(int number, int heads) => number / heads * batch + number % heads * head;
}
