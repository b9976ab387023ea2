namespace Surprisal;

/// <summary>Takes the numbers of an array in pieces, for <c>NpyFile.Write</c>.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
public sealed class NpyWriter<T>
    where T : unmanaged, INumber<T>
{
    private readonly Stream stream;
    private readonly string path;

    internal NpyWriter(Stream stream, string path, long length) => (this.stream, this.path, Length) = (stream, path, length);

    /// <summary>How many numbers the shape holds.</summary>
    public long Length { get; }

    /// <summary>How many have been written.</summary>
    public long Position { get; private set; }

    /// <summary>Writes the next numbers in C order.</summary>
    /// <param name="values">As many as one likes, over the ends of rows too.</param>
    /// <exception cref="InvalidOperationException">The shape does not hold so many; none of these has been written.</exception>
    public void Write(ReadOnlySpan<T> values)
    {
        if (values.Length > Length - Position)
            throw new InvalidOperationException(
                $"{path}: {values.Length} numbers after {Position} are more than the {Length} that the shape holds.");
        NpyHeaderText.WriteNumbers(stream, values);
        Position += values.Length;
    }

    internal void Finish()
    {
        if (Position < Length)
            throw new InvalidOperationException(
                $"{path}: {Position} numbers were written, but the shape holds {Length}.");
    }
}
