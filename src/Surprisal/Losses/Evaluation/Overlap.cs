using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>Refuses outputs in memory that is still to be read, or that another output writes too.</summary>
internal static class Overlap
{
    /// <summary>
    /// Refuses an output that overlaps an input, unless it is exactly its memory: each element is then read before it is overwritten.
    /// </summary>
    /// <exception cref="ArgumentException">The two share a part.</exception>
    public static void CheckPart<T>(ReadOnlySpan<T> output, string name, ReadOnlySpan<T> input, string inputName)
    {
        if (!Overlaps(output, input)
            || (output.Length == input.Length
                && Unsafe.AreSame(ref MemoryMarshal.GetReference(output), ref MemoryMarshal.GetReference(input))))
            return;
        throw new ArgumentException($"{name} overlaps a part of {inputName}, which it would overwrite before it is read; " +
            $"give it exactly the memory of {inputName}, or other memory.", name);
    }

    /// <summary>Refuses an output that shares memory with an input of another meaning.</summary>
    /// <exception cref="ArgumentException">The two overlap.</exception>
    public static void CheckInput<TOutput, TInput>(ReadOnlySpan<TOutput> output, string name, ReadOnlySpan<TInput> input, string inputName)
    {
        if (Overlaps(output, input))
            throw new ArgumentException(
                $"{name} overlaps {inputName}, which it would overwrite before they are read; give it memory of its own.", name);
    }

    /// <summary>Refuses two outputs that share memory.</summary>
    /// <exception cref="ArgumentException">The two overlap.</exception>
    public static void CheckOutput<T>(ReadOnlySpan<T> output, string name, ReadOnlySpan<T> other, string otherName)
    {
        if (Overlaps(output, other))
            throw new ArgumentException(
                $"{name} overlaps {otherName}, and each would overwrite the other; give it memory of its own.", name);
    }

    /// <summary>
    /// Whether the two share a byte; their element types may differ, and the distance need not be a whole number of elements.
    /// </summary>
    private static bool Overlaps<TLeft, TRight>(ReadOnlySpan<TLeft> left, ReadOnlySpan<TRight> right)
    {
        if (left.IsEmpty || right.IsEmpty) return false;
        var distance = Unsafe.ByteOffset(ref Unsafe.As<TLeft, byte>(ref MemoryMarshal.GetReference(left)),
            ref Unsafe.As<TRight, byte>(ref MemoryMarshal.GetReference(right)));
        return distance >= 0
            ? distance < (nint)left.Length * Unsafe.SizeOf<TLeft>()
            : -distance < (nint)right.Length * Unsafe.SizeOf<TRight>();
    }
}
