using Surprisal.Differential.Cases;

namespace Surprisal.Differential;

/// <summary>All cases: what is covered, in which element types.</summary>
internal static class EveryCase
{
    public static IReadOnlyList<Case> All { get; } =
    [
        .. OfFloats<float>(), .. OfFloats<double>(), .. OfFloats<Half>(), .. OfFloats<BFloat16>(),
        .. Networks<float>.OfImages(), .. Networks<double>.OfImages(), .. Layers<float>.OfImages(), .. Layers<double>.OfImages(),
        .. OfIntegers<byte>(), .. OfIntegers<sbyte>(), .. OfIntegers<short>(), .. OfIntegers<int>(), .. OfIntegers<long>(),
        .. EveryModule.All(), .. DeepModules.All(), .. SequenceModules.All(), .. TrainingSteps.All(),
    ];

    private static IEnumerable<Case> OfFloats<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        .. ClassLosses<T>.All(), .. LinearLosses<T>.All(), .. Probabilities<T>.All(), .. DenseLosses<T>.All(), .. Elementwise<T>.All(),
        .. Reductions<T>.All(), .. Networks<T>.All(),
        .. Anything<T>.All(), .. Shapes<T>.All(), .. OnSpans<T>.All(), .. Creation<T>.All(), .. Layers<T>.All(), .. Regions<T>.All(),
    ];

    private static IEnumerable<Case> OfIntegers<T>() where T : unmanaged, IBinaryInteger<T> => [.. Anything<T>.All(), .. Shapes<T>.All(), .. Integers<T>.All()];
}
