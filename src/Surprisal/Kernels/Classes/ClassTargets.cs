using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// Class indices of any integer type, a block at a time where they are int or long, as they mostly are. A value that does not fit into long
/// saturates to the bound of long.
/// </summary>
internal static class ClassTargets
{
    /// <summary>
    /// What the kernels read in place of a class where a position does not count: its target is the ignored one, or its sample weight is 0.
    /// </summary>
    public const int Ignored = -1;

    /// <summary>Whether a kernel's target is <see cref="Ignored"/>.</summary>
    public static bool IsIgnored(int target) => target < 0;

    /// <summary>How many are not <paramref name="ignoreIndex"/>; false where one of those is none of the classes.</summary>
    [MethodImpl(Compile.Separately)]
    public static bool TryCount<T>(ReadOnlySpan<T> targets, int classes, long ignoreIndex, out long count)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (i, ignoredCount, outside) = (0, 0L, 0L);
        var (own, exists) = Own<T>(ignoreIndex);
        if (HasBlocks<T>(ignoreIndex))
        {
            ref var from = ref MemoryMarshal.GetReference(targets);
            var (first, last, ignoredBlock) =
                (Vector512<T>.Zero, Vector512.Create(T.CreateTruncating(classes - 1)), Vector512.Create(T.CreateTruncating(ignoreIndex)));
            var (ignored, wrong) = (Vector512<T>.Zero, Vector512<T>.Zero);
            for (; i <= targets.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var block = Vector512.LoadUnsafe(ref from, (nuint)i);
                var isIgnored = Vector512.Equals(block, ignoredBlock);
                ignored -= isIgnored;
                wrong |= Vector512.AndNot(Vector512.LessThan(block, first) | Vector512.GreaterThan(block, last), isIgnored);
            }
            ignoredCount = long.CreateTruncating(Vector512.Sum(ignored));
            outside = wrong == Vector512<T>.Zero ? 0 : 1;
        }
        for (; i < targets.Length; i++)
        {
            var target = long.CreateSaturating(targets[i]);
            var isIgnored = exists && targets[i] == own ? 1 : 0;
            ignoredCount += isIgnored;
            outside += (ulong)target >= (ulong)classes ? 1 - isIgnored : 0;
        }
        count = targets.Length - ignoredCount;
        return outside == 0;
    }

    /// <summary>
    /// The classes as the kernels want them, <see cref="Ignored"/> for one that is <paramref name="ignoreIndex"/>; whether there is such a
    /// one.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    public static bool Read<T>(ReadOnlySpan<T> targets, long ignoreIndex, Span<int> classes) where T : unmanaged, IBinaryInteger<T>
    {
        var (i, anyIgnored) = (0, 0);
        var (own, exists) = Own<T>(ignoreIndex);
        if (HasBlocks<T>(ignoreIndex))
        {
            ref var from = ref MemoryMarshal.GetReference(targets);
            ref var to = ref MemoryMarshal.GetReference(classes);
            var (ignoredBlock, any) = (Vector512.Create(T.CreateTruncating(ignoreIndex)), Vector512<T>.Zero);
            for (; i <= targets.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var block = Vector512.LoadUnsafe(ref from, (nuint)i);
                var isIgnored = Vector512.Equals(block, ignoredBlock);
                any |= isIgnored;
                block |= isIgnored; // all bits: Ignored
                if (typeof(T) == typeof(int)) block.AsInt32().StoreUnsafe(ref to, (nuint)i);
                else Vector256.Narrow(block.AsInt64().GetLower(), block.AsInt64().GetUpper()).StoreUnsafe(ref to, (nuint)i);
            }
            anyIgnored = any == Vector512<T>.Zero ? 0 : 1;
        }
        for (; i < targets.Length; i++)
        {
            var isIgnored = exists && targets[i] == own ? 1 : 0;
            anyIgnored |= isIgnored;
            classes[i] = int.CreateTruncating(targets[i]) | -isIgnored;
        }
        return anyIgnored != 0;
    }

    /// <summary>
    /// Whether the target is the ignored one: compared in the targets' own type, where a value beyond long is not its bound.
    /// </summary>
    public static bool IsIgnoredValue<T>(T target, long ignoreIndex) where T : unmanaged, IBinaryInteger<T> =>
        Own<T>(ignoreIndex) is (var own, true) && target == own;

    /// <summary>The ignored value in the targets' own type, and whether it exists there.</summary>
    private static (T Value, bool Exists) Own<T>(long ignoreIndex) where T : unmanaged, IBinaryInteger<T>
    {
        var own = T.CreateTruncating(ignoreIndex);
        return (own, long.CreateSaturating(own) == ignoreIndex);
    }

    /// <summary>Whether blocks compare as the values do: the type has lanes, and the ignored value is one of its own.</summary>
    private static bool HasBlocks<T>(long ignoreIndex) =>
        typeof(T) == typeof(long) || (typeof(T) == typeof(int) && ignoreIndex == (int)ignoreIndex);
}
