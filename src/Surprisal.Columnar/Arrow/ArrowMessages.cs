using System.Buffers.Binary;

namespace Surprisal.Columnar;

/// <summary>The messages of an Arrow file or stream, one after another up to the mark of their end; bodies are passed over.</summary>
/// <remarks>
/// ARROW1, 2 zeros, then as in a stream: each message FFFFFFFF, i32 length, flatbuffer, body; then FFFFFFFF 00000000. A file goes on with
/// a footer, its i32 length, and ARROW1. Without the mark a stream that was cut between two batches would lack rows in silence.
/// </remarks>
internal sealed class ArrowMessages
{
    private const uint Mark = 0xFFFFFFFF;
    private const int FileStart = 8, MostMetadata = 1 << 28;

    private readonly FileBytes file;
    private readonly bool isFile;
    private long at;

    private ArrowMessages(FileBytes file)
    {
        (this.file, isFile) = (file, file.Start.AsSpan().StartsWith("ARROW1"u8));
        at = isFile ? FileStart : 0;
    }

    public List<ArrowMessage> Dictionaries { get; } = [];

    public List<ArrowMessage> Batches { get; } = [];

    /// <summary>The message of the schema: the first one, or made of the footer in files that have it there alone.</summary>
    public byte[] Schema { get; private set; } = [];

    /// <exception cref="InvalidDataException">The file is cut off, damaged, or of an older format.</exception>
    public static ArrowMessages Read(FileBytes file)
    {
        if (file.Start.AsSpan().StartsWith("FEA1"u8))
            throw new InvalidDataException($"{file.Path} is a Feather file of version 1; save it as Feather 2, which is Arrow.");
        if (IsOldStream(file.Start)) throw Old(file);
        var messages = new ArrowMessages(file);
        messages.ReadAll();
        return messages;
    }

    private void ReadAll()
    {
        for (var number = 0; Next(number); number++)
        {
        }
        if (isFile) Schema = ArrowFooter.Check(file, at, this);
        if (Schema.Length == 0) throw Damaged("ends without a schema");
        if (!isFile && at < file.Length)
            throw Damaged($"goes on for {file.Length - at} bytes behind its end, at byte {at}; they belong to nothing");
    }

    /// <summary>Reads a message; false at the mark of the end.</summary>
    private bool Next(int number)
    {
        if (file.Length - at < ArrowMessage.Prefix) throw Truncated();
        Span<byte> prefix = stackalloc byte[ArrowMessage.Prefix];
        file.Read(at, prefix);
        var (mark, length) = (BinaryPrimitives.ReadUInt32LittleEndian(prefix), BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]));
        if (mark != Mark && number == 0 && isFile && mark is > 0 and < MostMetadata) throw Old(file);
        if (mark != Mark) throw Damaged($"has {mark:X8} at byte {at}; the mark of a message, FFFFFFFF, was expected");
        if (length == 0)
        {
            at += ArrowMessage.Prefix;
            return false;
        }
        if (length is < 0 or > MostMetadata)
            throw Damaged($"has a message with {length} bytes of metadata at byte {at}; 1 to {MostMetadata} were expected");
        if (length > file.Length - at - ArrowMessage.Prefix) throw Truncated();
        Add(ReadOne(length), number);
        return true;
    }

    private ArrowMessage ReadOne(int length)
    {
        try
        {
            return ArrowMetadata.Read(file.Read(at + ArrowMessage.Prefix, length), at);
        }
        catch (FormatException error)
        {
            throw Damaged($"has a message at byte {at} that is damaged: {error.Message}");
        }
    }

    private void Add(ArrowMessage message, int number)
    {
        if (message.BodyLength > file.Length - message.BodyStart) throw Truncated();
        if (message.Kind == ArrowMessageKind.Schema && number > 0) throw Damaged($"has a second schema at byte {at}");
        if (message.Kind != ArrowMessageKind.Schema && number == 0 && !isFile) throw Damaged("does not begin with a schema");
        if (message.Kind == ArrowMessageKind.Schema)
            Schema = file.Read(at, checked((int)message.Length));
        else if (message.Kind == ArrowMessageKind.Dictionary) Dictionaries.Add(message);
        else Batches.Add(message);
        at = message.End;
    }

    /// <summary>Before version 0.15 a stream began with the length of its schema.</summary>
    public static bool IsOldStream(ReadOnlySpan<byte> start)
    {
        if (start.Length < FileSignature.Length || BinaryPrimitives.ReadInt32LittleEndian(start) is < 32 or > MostMetadata) return false;
        try
        {
            var message = FlatTable.Root(start[4..]);
            return message.Byte(1) == (int)ArrowMessageKind.Schema && message.Int16(0) is >= 0 and < 5 && message.Has(2)
                && message.Int64(3) == 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private InvalidDataException Truncated() => Damaged(
        $"ends at byte {file.Length} without the mark of its end, after {Batches.Sum(static batch => batch.Rows)} rows: it is cut off");

    private InvalidDataException Damaged(string what) => new($"{file.Path} {what}.");

    private static InvalidDataException Old(FileBytes file) =>
        new($"{file.Path} is of an Arrow before 0.15, without marks between its messages; write it again with a newer one.");
}
