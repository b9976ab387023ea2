using System.Globalization;

namespace Surprisal.Cli.Loss;

/// <summary>An array of a file as a whole, in memory.</summary>
internal static class WholeArray
{
    /// <summary>Class indices.</summary>
    /// <exception cref="InvalidDataException">The array is too long, or damaged, or its numbers are no integers.</exception>
    public static long[] ReadIndices(StoredArray array)
    {
        var indices = new long[Count(array.Shape, array.Name)];
        array.Read<long>(0, indices);
        array.Verify();
        return indices;
    }

    /// <summary>Numbers of the very type, or of one whose numbers it holds: each comes out as it was, or none does.</summary>
    /// <exception cref="InvalidDataException">The array is too long, or damaged, or the type does not hold its numbers.</exception>
    public static T[] Read<T>(StoredArray array)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (own, type) = (StoredType.Of<T>(), array.Type);
        var values = new T[Count(array.Shape, array.Name)];
        var widens = type.IsFloating && (typeof(T) == typeof(double) || typeof(T) == typeof(float) && type.Bits == 16);
        if (type == own || widens) array.Read<T>(0, values);
        else if (type.IsInteger) Convert(array, ReadIndices(array), values);
        else
            throw new InvalidDataException($"{array} does not go into {own}, the type of the scores; save both as one type.");
        array.Verify();
        return values;
    }

    /// <summary>Writes a .npy file; bfloat16, which that format lacks, as the same numbers in float32.</summary>
    public static void Write<T>(string path, T[] values, long[] shape)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (values is BFloat16[] narrow) NpyFile.Write<float>(path, Array.ConvertAll(narrow, static value => (float)value), shape);
        else NpyFile.Write<T>(path, values, shape);
    }

    /// <summary>How many numbers a shape holds.</summary>
    /// <param name="shape">Sizes of 0 or more.</param>
    /// <param name="name">What messages call the array.</param>
    /// <exception cref="InvalidDataException">More than one array in memory holds.</exception>
    public static int Count(IReadOnlyList<long> shape, string name)
    {
        var count = shape.Aggregate((Int128)1, static (product, size) => Int128.Min(product * size, long.MaxValue));
        return count <= int.MaxValue ? (int)count
            : throw new InvalidDataException($"{name} of shape [{string.Join(", ", shape)}] has {count} numbers; " +
                $"whole arrays are read here, of at most {int.MaxValue}.");
    }

    private static void Convert<T>(StoredArray array, long[] integers, T[] values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < integers.Length; i++)
        {
            values[i] = T.CreateSaturating(integers[i]);
            if (Int128.CreateSaturating(values[i]) != integers[i]) // 2^63 would saturate to a long that is not there
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{array.Name}: the number at [{Position(array.Shape, i)}] is {integers[i]}, which {StoredType.Of<T>()} lacks."));
        }
    }

    private static string Position(IReadOnlyList<long> shape, long at)
    {
        var index = new long[shape.Count];
        for (var axis = shape.Count - 1; axis >= 0; axis--) (at, index[axis]) = Math.DivRem(at, shape[axis]);
        return string.Join(", ", index);
    }
}
