using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>From the numbers of a file to those that were asked for: exact, but for float64 into floats where that was allowed.</summary>
internal static class StoredNumbers
{
    /// <summary>Refuses what does not go into <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidDataException">The file's type does not fit.</exception>
    /// <exception cref="NotSupportedException">No type of a file goes into <typeparamref name="T"/>.</exception>
    public static void Require<T>(string name, StoredType type, bool mayRound)
    {
        if (!type.IsReadable)
            throw new InvalidDataException(
                $"{name} holds {type}, which is not read; float64, float32, float16, bfloat16, integers or bool " +
                "were expected.");
        if (typeof(T) == typeof(double) && type.IsFloating) return;
        if (typeof(T) == typeof(long) && type.IsInteger) return;
        if (typeof(T) == typeof(float) && type.IsFloating)
        {
            if (mayRound || type != StoredType.Float64) return;
            throw new InvalidDataException($"{name} holds float64, which float would round; read it as double, or allow rounding.");
        }
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            throw new InvalidDataException($"{name} holds {type}; floating-point numbers were expected.");
        if (typeof(T) == typeof(long))
            throw new InvalidDataException($"{name} holds {type}; integers or bool were expected.");
        if (StoredType.Find<T>() is not { } own)
            throw new NotSupportedException($"numbers of files are not read as {typeof(T).Name}; take float, double or long.");
        throw new InvalidDataException($"{name} holds {type}; {own} was expected.");
    }

    /// <summary>Converts as many as there are, of types that <see cref="Require"/> lets pass.</summary>
    /// <returns>Where a number above 2^63 - 1 was met, or -1.</returns>
    public static int Convert<T>(StoredType type, ReadOnlySpan<byte> elements, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float)) ToFloat(type, elements, MemoryMarshal.Cast<T, float>(destination));
        else if (typeof(T) == typeof(double)) ToDouble(type, elements, MemoryMarshal.Cast<T, double>(destination));
        else return ToLong(type, elements, MemoryMarshal.Cast<T, long>(destination));
        return -1;
    }

    private static void ToFloat(StoredType type, ReadOnlySpan<byte> elements, Span<float> destination)
    {
        if (type == StoredType.Float16) TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(elements), destination);
        else if (type == StoredType.Float64) Each<double, float>(elements, destination, static value => (float)value);
        else Each<ushort, float>(elements, destination, static bits => BitConverter.UInt32BitsToSingle((uint)bits << 16));
    }

    private static void ToDouble(StoredType type, ReadOnlySpan<byte> elements, Span<double> destination)
    {
        if (type == StoredType.Float16) Each<Half, double>(elements, destination, static value => (double)value);
        else if (type == StoredType.Float32) Each<float, double>(elements, destination, static value => value);
        else Each<ushort, double>(elements, destination, static bits => BitConverter.UInt32BitsToSingle((uint)bits << 16));
    }

    private static int ToLong(StoredType type, ReadOnlySpan<byte> elements, Span<long> destination)
    {
        if (type == StoredType.UInt64)
        {
            MemoryMarshal.Cast<byte, long>(elements).CopyTo(destination);
            return destination.IndexOfAnyExceptInRange(0, long.MaxValue);
        }
        if (type == StoredType.Boolean) Each<byte, long>(elements, destination, static value => value == 0 ? 0 : 1);
        else if (type == StoredType.Int8) Each<sbyte, long>(elements, destination, static value => value);
        else if (type == StoredType.Int16) Each<short, long>(elements, destination, static value => value);
        else if (type == StoredType.Int32) Each<int, long>(elements, destination, static value => value);
        else if (type == StoredType.UInt8) Each<byte, long>(elements, destination, static value => value);
        else if (type == StoredType.UInt16) Each<ushort, long>(elements, destination, static value => value);
        else Each<uint, long>(elements, destination, static value => value);
        return -1;
    }

    private static void Each<TFrom, TTo>(ReadOnlySpan<byte> elements, Span<TTo> destination, Func<TFrom, TTo> convert)
        where TFrom : unmanaged
    {
        var source = MemoryMarshal.Cast<byte, TFrom>(elements);
        for (var i = 0; i < destination.Length; i++) destination[i] = convert(source[i]);
    }
}
