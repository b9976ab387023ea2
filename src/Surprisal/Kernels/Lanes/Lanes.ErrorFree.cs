using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <content>Error-free transformations (Knuth, TAOCP 2, 4.2.2): a sum or difference as its rounded value and the rounding error, exactly;
/// NaN where that overflows.</content>
internal readonly partial struct Lanes<T>
{
    /// <summary>TwoSum: a + b = sum + error. Returns the error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> TwoSum(Lanes<T> a, Lanes<T> b, out Lanes<T> sum)
    {
        sum = a + b;
        var roundedB = sum - a;
        return a - (sum - roundedB) + (b - roundedB);
    }

    /// <summary>TwoSum of a and -b, without the negation: a - b = difference + error. Returns the error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> TwoDifference(Lanes<T> a, Lanes<T> b, out Lanes<T> difference)
    {
        difference = a - b;
        var roundedB = a - difference;
        return a - (difference + roundedB) + (roundedB - b);
    }
}
