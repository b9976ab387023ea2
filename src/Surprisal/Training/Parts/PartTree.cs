namespace Surprisal.Training;

/// <summary>
/// The one order in which numbers of the parts of a batch are added: a binary tree, cut at the largest power of two below its size, whose
/// leaves are parts. It knows no processes, so a sum does not depend on how many there are: docs/decisions/0030.
/// </summary>
internal static class PartTree
{
    /// <summary>Where the parts [first, end) are cut in two.</summary>
    public static int Cut(int first, int end) => first + (int)BitOperations.RoundUpToPowerOf2((uint)(end - first)) / 2;

    /// <summary>The rows of a part: [first, end) of so many.</summary>
    public static (int First, int End) Rows(int part, int parts, int rows) =>
        ((int)((long)part * rows / parts), (int)((long)(part + 1) * rows / parts));

    /// <summary>The parts [first, end) of a process.</summary>
    public static (int First, int End) Of(int rank, int ranks, int parts) => Rows(rank, ranks, parts);

    /// <summary>The largest subtrees that lie within the parts [first, end), in order.</summary>
    public static List<(int First, int End)> Subtrees(int first, int end, int parts)
    {
        var found = new List<(int, int)>();
        Visit(0, parts);
        return found;

        void Visit(int low, int high)
        {
            if (high <= first || low >= end) return;
            if (low >= first && high <= end)
            {
                found.Add((low, high));
                return;
            }
            var cut = Cut(low, high);
            Visit(low, cut);
            Visit(cut, high);
        }
    }

    /// <summary>Adds along the tree, left before right; what is null is no leaf.</summary>
    /// <param name="parts">How many leaves there are.</param>
    /// <param name="leaf">What a subtree holds; asked for a larger one first: null with false goes on below.</param>
    /// <param name="add">The sum of a left and a right one.</param>
    public static T? Fold<T>(int parts, TryLeaf<T> leaf, Func<T, T, T> add) where T : class
    {
        return Visit(0, parts);

        T? Visit(int low, int high)
        {
            if (leaf(low, high, out var found)) return found;
            var cut = Cut(low, high);
            var (left, right) = (Visit(low, cut), Visit(cut, high));
            return left is null ? right : right is null ? left : add(left, right);
        }
    }

    /// <summary>Adds one item a part along the tree; null for a part without rows.</summary>
    public static T? Fold<T>(IReadOnlyList<T?> leaves, Func<T, T, T> add) where T : class => Fold(leaves.Count,
        (int low, int high, out T? found) =>
        {
            found = high - low == 1 ? leaves[low] : null;
            return high - low == 1;
        }, add);

    /// <summary>What is known of the parts [low, high) as a whole; false to ask for both halves.</summary>
    public delegate bool TryLeaf<T>(int low, int high, out T? found) where T : class;
}
