using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>Class indices of any integer type, a block at a time where they are int or long, as they mostly are. A value that does not fit into long is read as its end.</summary>
internal static class ClassTargets
{
    /// <summary>How many are not <paramref name="ignored"/>; false where one of those is none of the classes.</summary>
    [MethodImpl(Compile.Separately)]
    public static bool TryCount<T>(ReadOnlySpan<T> targets, int classes, long ignored, out long count) where T : unmanaged, IBinaryInteger<T>
    {
        var (i, leftOut, outside) = (0, 0L, 0L);
        var (own, exists) = Own<T>(ignored);
        if (HasBlocks<T>(ignored))
        {
            ref var from = ref MemoryMarshal.GetReference(targets);
            var (first, last, skip) = (Vector512<T>.Zero, Vector512.Create(T.CreateTruncating(classes - 1)), Vector512.Create(T.CreateTruncating(ignored)));
            var (skipped, wrong) = (Vector512<T>.Zero, Vector512<T>.Zero);
            for (; i <= targets.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var block = Vector512.LoadUnsafe(ref from, (nuint)i);
                var isSkipped = Vector512.Equals(block, skip);
                skipped -= isSkipped;
                wrong |= Vector512.AndNot(Vector512.LessThan(block, first) | Vector512.GreaterThan(block, last), isSkipped);
            }
            leftOut = long.CreateTruncating(Vector512.Sum(skipped));
            outside = wrong == Vector512<T>.Zero ? 0 : 1;
        }
        for (; i < targets.Length; i++)
        {
            var target = long.CreateSaturating(targets[i]);
            var isSkipped = exists && targets[i] == own ? 1 : 0;
            leftOut += isSkipped;
            outside += (ulong)target >= (ulong)classes ? 1 - isSkipped : 0;
        }
        count = targets.Length - leftOut;
        return outside == 0;
    }

    /// <summary>The classes as the kernels want them, -1 for one that is <paramref name="ignored"/>; whether there is such a one.</summary>
    [MethodImpl(Compile.Separately)]
    public static bool Read<T>(ReadOnlySpan<T> targets, long ignored, Span<int> classes) where T : unmanaged, IBinaryInteger<T>
    {
        var (i, leftOut) = (0, 0);
        var (own, exists) = Own<T>(ignored);
        if (HasBlocks<T>(ignored))
        {
            ref var from = ref MemoryMarshal.GetReference(targets);
            ref var to = ref MemoryMarshal.GetReference(classes);
            var (skip, any) = (Vector512.Create(T.CreateTruncating(ignored)), Vector512<T>.Zero);
            for (; i <= targets.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var block = Vector512.LoadUnsafe(ref from, (nuint)i);
                var isSkipped = Vector512.Equals(block, skip);
                any |= isSkipped;
                block |= isSkipped; // all bits: -1
                if (typeof(T) == typeof(int)) block.AsInt32().StoreUnsafe(ref to, (nuint)i);
                else Vector256.Narrow(block.AsInt64().GetLower(), block.AsInt64().GetUpper()).StoreUnsafe(ref to, (nuint)i);
            }
            leftOut = any == Vector512<T>.Zero ? 0 : 1;
        }
        for (; i < targets.Length; i++)
        {
            var isSkipped = exists && targets[i] == own ? 1 : 0;
            leftOut |= isSkipped;
            classes[i] = int.CreateTruncating(targets[i]) | -isSkipped;
        }
        return leftOut != 0;
    }

    /// <summary>Whether the target is the ignored one: compared in the targets' own type, where a value beyond long is no end of it.</summary>
    public static bool IsIgnored<T>(T target, long ignored) where T : unmanaged, IBinaryInteger<T> => Own<T>(ignored) is (var own, true) && target == own;

    /// <summary>The ignored value in the targets' own type, and whether it exists there.</summary>
    private static (T Value, bool Exists) Own<T>(long ignored) where T : unmanaged, IBinaryInteger<T>
    {
        var own = T.CreateTruncating(ignored);
        return (own, long.CreateSaturating(own) == ignored);
    }

    /// <summary>Whether blocks compare as the values do: the type has lanes, and the ignored value is one of its own.</summary>
    private static bool HasBlocks<T>(long ignored) => typeof(T) == typeof(long) || (typeof(T) == typeof(int) && ignored == (int)ignored);
}
