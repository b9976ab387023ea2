namespace Surprisal.Columnar;

/// <summary>One message of Arrow IPC: where it is, and what it says of its body.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Start">The position of its mark, FFFFFFFF.</param>
/// <param name="MetadataLength">The bytes of the flatbuffer that follows mark and length.</param>
/// <param name="BodyLength">The bytes behind the flatbuffer.</param>
/// <param name="Rows">The rows of a batch.</param>
/// <param name="IsDelta">Whether a dictionary adds to the one before it.</param>
/// <param name="IsCompressed">Whether the buffers in the body are compressed.</param>
internal readonly record struct ArrowMessage(
    ArrowMessageKind Kind, long Start, int MetadataLength, long BodyLength, long Rows, bool IsDelta, bool IsCompressed)
{
    /// <summary>The bytes before each flatbuffer: the mark and its length.</summary>
    public const int Prefix = 8;

    public long BodyStart => Start + Prefix + MetadataLength;

    public long End => BodyStart + BodyLength;

    public long Length => End - Start;
}
