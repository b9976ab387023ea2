namespace Surprisal.Cuda;

/// <summary>One number a class, or an element, in device memory, in the kernels' format.</summary>
internal static class ClassNumbers
{
    /// <summary>The classes' weights, or 0 without any.</summary>
    public static ulong WeightsOf(DeviceScratch memory, ClassIndexLoss loss, ElementType type) =>
        loss.Weight is null ? 0 : Of(memory, loss.Weight, type);

    /// <summary>What is added to the logits of each class for the prior, or 0.</summary>
    public static ulong ShiftOf(DeviceScratch memory, CrossEntropyLoss options, ElementType type)
    {
        if (options.Prior is not { } prior) return 0;
        var logarithms = Tensor.Create<double>([.. prior], [prior.Count]).Log().ToArray();
        return Of(memory, logarithms.Select(logarithm => options.PriorStrength * logarithm), type);
    }

    public static ulong Of(DeviceScratch memory, IEnumerable<double> numbers, ElementType type) => type.IsDouble
        ? memory.Of<double>([.. numbers])
        : memory.Of<float>([.. numbers.Select(static number => (float)number)]);
}
