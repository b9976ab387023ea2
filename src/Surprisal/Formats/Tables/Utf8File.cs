using System.Buffers;
using System.Text;

#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli.Tables;
#else
namespace Surprisal;
#endif

/// <summary>A file of text in UTF-8 that is read more than once, from its beginning each time; a mark of the encoding is no text.</summary>
internal sealed class Utf8File : IDisposable
{
    private const string Expected = "a table in UTF-8 text (CSV)";

    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private readonly Stream stream;

    private Utf8File(string path, Stream stream) => (Path, this.stream) = (path, stream);

    public string Path { get; }

    /// <summary>Opens it and looks whether its first bytes are text.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is something else, or comes through a pipe.</exception>
    public static Utf8File Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileSignature.Require(path, Expected);
        return Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0), path);
    }

    /// <summary>The same of a stream, which is closed with it.</summary>
    /// <param name="stream">From its beginning.</param>
    /// <param name="path">What messages call it.</param>
    /// <inheritdoc cref="Open(string)" path="/exception"/>
    public static Utf8File Open(Stream stream, string path)
    {
        var file = new Utf8File(path, stream);
        try
        {
            if (!stream.CanSeek)
                throw new InvalidDataException(
                    $"{path}: a table through a pipe is not read, for its rows are counted first; a file was expected.");
            stream.Position = 0;
            var start = FileSignature.ReadStart(stream, stackalloc byte[FileSignature.Length]);
            if (!IsText(start)) throw new InvalidDataException($"{path}: {FileSignature.Describe(start)}; {Expected} was expected.");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether these first bytes are UTF-8 without control characters, and none of the texts that have names of their
    /// own.</summary>
    public static bool IsText(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty || FileSignature.Kind(start) is not null) return false;
        for (var rest = start; !rest.IsEmpty;)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            // The last character may go on behind these bytes.
            if (status != OperationStatus.Done) return status == OperationStatus.NeedMoreData;
            if (Rune.IsControl(rune) && rune.Value is not ('\t' or '\r' or '\n')) return false;
            rest = rest[length..];
        }
        return true;
    }

    /// <summary>The text from its beginning; a reader that was given before ends with this.</summary>
    public TextReader Text()
    {
        stream.Position = 0;
        return new Reader(this);
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Where the first bytes are that are no UTF-8: looked for once the decoder has met them, for decoders count no
    /// lines.</summary>
    private InvalidDataException NotUtf8()
    {
        stream.Position = 0;
        var (bytes, pending) = (new BufferedStream(stream, 1 << 16), new byte[4]);
        var line = 1L;
        for (int next, last = 0, count = 0; (next = bytes.ReadByte()) >= 0; last = next)
        {
            if (last == '\n' || (last == '\r' && next != '\n')) line++;
            if (count == 0 && next < 0x80) continue;
            pending[count++] = (byte)next;
            var status = Rune.DecodeFromUtf8(pending.AsSpan(0, count), out _, out _);
            if (status == OperationStatus.InvalidData) break;
            if (status == OperationStatus.Done) count = 0;
        }
        return new InvalidDataException($"{Path}: line {line} holds bytes that are no UTF-8; {Expected} was expected.");
    }

    private sealed class Reader(Utf8File file) : TextReader
    {
        private readonly StreamReader text =
            new(file.stream, strict, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16, leaveOpen: true);

        public override int Peek() => Read(static text => text.Peek());

        public override int Read() => Read(static text => text.Read());

        public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

        public override int Read(Span<char> buffer)
        {
            try
            {
                return text.Read(buffer);
            }
            catch (DecoderFallbackException)
            {
                throw file.NotUtf8();
            }
        }

        private int Read(Func<StreamReader, int> read)
        {
            try
            {
                return read(text);
            }
            catch (DecoderFallbackException)
            {
                throw file.NotUtf8();
            }
        }
    }
}
