namespace Surprisal;

/// <summary>Arrays of NumPy, one in a file: <c>np.save</c> and <c>np.load</c>.</summary>
/// <remarks>
/// Versions 1.0, 2.0 and 3.0; float16, float32, float64, integers of 8 to 64 bits and bool; either byte order, C and Fortran order.
/// Objects are refused: nothing in such a file is ever executed. The format has no bfloat16; safetensors has.
/// </remarks>
/// <example><code>
/// var path = System.IO.Path.GetTempFileName();
/// NpyFile.Write&lt;float>(path, [1, 2, 3, 4, 5, 6], [3, 2]);
/// using (var logits = NpyFile.Open(path))
/// {
///     Console.WriteLine(logits.ToString()[logits.Name.Length..]);  // : float32 [3, 2]
///     var row = new float[2];
///     logits.Read(first: 4, row);                                  // the last of three rows
///     Console.WriteLine(string.Join(" ", row));                    // 5 6
/// }
/// System.IO.File.Delete(path);
/// </code></example>
public static class NpyFile
{
    /// <summary>Opens a file; its numbers are read in blocks while it is open.</summary>
    /// <param name="path">The file. What it is called does not matter.</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged, or of a type that is not read; the message says what it
    /// is.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static StoredArray Open(string path)
    {
        var file = OpenedFile.Open(path, "an array of NumPy (.npy)");
        try
        {
            return Open(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a stream, from its present position to its end; it need not seek, and is read in order.</summary>
    /// <param name="stream">The bytes, of a pipe say; closed with the array.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged, or of a type that is not read; the message says what it is.
    /// Bytes behind the array are found with its last number.</exception>
    public static StoredArray Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Open(stream, name, owner: null);
    }

    /// <summary>Writes an array whole or not at all: under a temporary name beside it, then renamed over what was there.</summary>
    /// <param name="path">The file; what was there before is replaced.</param>
    /// <param name="values">The numbers in C order.</param>
    /// <param name="shape">The sizes of the axes; none for a single number.</param>
    /// <typeparam name="T">Half, float, double, or an integer of 8 to 64 bits.</typeparam>
    /// <exception cref="ArgumentException">The shape does not hold so many numbers, or the format has no such type.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    /// <remarks>Version 1.0, the header filled to 64 bytes, little-endian: the same numbers give the same bytes.</remarks>
    public static void Write<T>(string path, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged, INumber<T>
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var header = NpyHeaderText.Format<T>(shape, out var length);
        if (length != values.Length)
            throw new ArgumentException(
                $"there are {values.Length} values, but the shape {StoredShape.Format(shape.ToArray())} holds {length}.", nameof(values));
        var numbers = values.ToArray();
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            NpyHeaderText.WriteNumbers<T>(stream, numbers);
        });
    }

    /// <summary>Writes an array in pieces, whole or not at all, so that it is never in memory as a whole.</summary>
    /// <param name="path">The file; what was there before is replaced once all pieces are written.</param>
    /// <param name="shape">The sizes of the axes.</param>
    /// <param name="write">Writes the pieces, one after another; the array has what it has written when it returns.</param>
    /// <typeparam name="T">Half, float, double, or an integer of 8 to 64 bits.</typeparam>
    /// <exception cref="ArgumentException">The shape has a negative size, or the format has no such type.</exception>
    /// <exception cref="InvalidOperationException">Fewer or more numbers were written than the shape holds; what was there is
    /// unchanged.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    public static void Write<T>(string path, ReadOnlySpan<long> shape, Action<NpyWriter<T>> write)
        where T : unmanaged, INumber<T>
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var header = NpyHeaderText.Format<T>(shape, out var length);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            var writer = new NpyWriter<T>(stream, path, length);
            write(writer);
            writer.Finish();
        });
    }

    internal static StoredArray Open(OpenedFile file)
    {
        if (!file.CanSeek) return Open(file.Stream(), file.Path, file);
        if (!file.Start.StartsWith(NpyHeader.Magic))
            throw new InvalidDataException($"{file.Path} is no array of NumPy (.npy): {FileSignature.Describe(file.Start)}.");
        return Open(file.Region(), file.Path, file);
    }

    internal static StoredArray Open(ArrayBytes bytes, string name, IDisposable? owner)
    {
        var header = NpyHeader.Read(bytes, name);
        return new LaidOutArray(name, header.Type, header.Shape, bytes, header.Start, header.IsSwapped, header.IsFortran, owner);
    }

    private static LaidOutArray Open(Stream stream, string name, IDisposable? owner)
    {
        var bytes = new SequentialBytes(stream, name, length: null);
        var header = NpyHeader.Read(bytes, name);
        bytes.Expect(header.Start + StoredShape.Bytes(header.Shape, header.Type.Bits)!.Value);
        return new LaidOutArray(name, header.Type, header.Shape, bytes, header.Start, header.IsSwapped, header.IsFortran, owner);
    }
}
