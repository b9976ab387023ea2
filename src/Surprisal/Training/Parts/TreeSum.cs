using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Floats of several parts, added along <see cref="PartTree"/> in one pass over memory: a block that L1 holds at a time.</summary>
internal static class TreeSum
{
    /// <summary>The most floats that are added at once.</summary>
    public const int Block = 4096;

    /// <summary>The floats of the parts [low, high) together, empty where none of them counts; false to ask for both halves.</summary>
    public delegate bool TryLeaf(int low, int high, out ReadOnlySpan<float> floats);

    /// <summary>Writes the sum of the parts [low, high).</summary>
    /// <param name="low">The first part.</param>
    /// <param name="high">Behind the last.</param>
    /// <param name="leaf">Where what is added lies.</param>
    /// <param name="first">The first float of each leaf that is added.</param>
    /// <param name="to">So many floats, at most a block.</param>
    /// <returns>Whether any part counts; else nothing is written.</returns>
    public static bool Write(int low, int high, TryLeaf leaf, int first, Span<float> to)
    {
        var sum = Visit(low, high, leaf, first, to);
        if (!sum.IsEmpty && sum != to) sum.CopyTo(to);
        return !sum.IsEmpty;
    }

    /// <summary>The sum: a leaf's own memory, or <paramref name="to"/>; empty where nothing counts.</summary>
    [SkipLocalsInit]
    private static ReadOnlySpan<float> Visit(int low, int high, TryLeaf leaf, int first, Span<float> to)
    {
        if (leaf(low, high, out var floats)) return floats.IsEmpty ? [] : floats.Slice(first, to.Length);
        var cut = PartTree.Cut(low, high);
        var left = Visit(low, cut, leaf, first, to);
        Span<float> scratch = stackalloc float[Block];
        var right = Visit(cut, high, leaf, first, scratch[..to.Length]);
        if (right.IsEmpty) return left;
        if (left.IsEmpty) right.CopyTo(to);
        else Elementwise.Map(left, right, to, default(Formulas<float>.Add));
        return to;
    }
}
