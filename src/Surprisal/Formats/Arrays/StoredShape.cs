namespace Surprisal;

/// <summary>Sizes of axes that need not fit into memory.</summary>
internal static class StoredShape
{
    /// <summary>How many numbers there are; null where a size is negative or a long does not hold the product.</summary>
    public static long? Length(IReadOnlyList<long> shape) => Product(shape) is not { } product ? null : shape.Contains(0) ? 0 : product;

    /// <summary>How many bytes so many numbers of so many bits take; null where they are not whole or a long does not hold them.</summary>
    public static long? Bytes(IReadOnlyList<long> shape, int bits)
    {
        if (Product(shape) is not { } product) return null;
        var all = (Int128)product * bits;
        if (all / 8 > long.MaxValue) return null;
        return shape.Contains(0) ? 0 : all % 8 == 0 ? (long)(all / 8) : null;
    }

    /// <summary>As [1000, 10].</summary>
    public static string Format(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The place of the number at a position in C order, as [3, 7].</summary>
    public static string Index(IReadOnlyList<long> shape, long position)
    {
        var index = new long[shape.Count];
        for (var axis = shape.Count - 1; axis >= 0; axis--) (position, index[axis]) = Math.DivRem(position, shape[axis]);
        return Format(index);
    }

    /// <summary>The product of the sizes that are not 0: beside a 0 the others are held to the same bounds.</summary>
    private static long? Product(IReadOnlyList<long> shape)
    {
        Int128 product = 1;
        foreach (var size in shape)
        {
            if (size < 0) return null;
            if (size > 0 && (product *= size) > long.MaxValue) return null;
        }
        return (long)product;
    }
}
