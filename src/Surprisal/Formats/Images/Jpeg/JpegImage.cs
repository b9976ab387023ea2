using System.Runtime.InteropServices;
using StbImageSharp;

namespace Surprisal;

/// <summary>
/// Reads JPEG images: baseline, extended and progressive, of 8 bits, grey, colour or CMYK; turned upright as their EXIF data says.
/// </summary>
internal static class JpegImage
{
    /// <summary>Whether these first bytes are those of one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) => start is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Opens an image in a stream that can seek and decodes it; <paramref name="name"/> stands in the messages.</summary>
    /// <exception cref="InvalidDataException">The file is no JPEG image, is damaged, or has more pixels than allowed.</exception>
    public static ImageRows Open(Stream file, long maxPixels, string name)
    {
        var start = FileSignature.ReadStart(file, stackalloc byte[FileSignature.Length]);
        if (!IsOne(start)) throw new InvalidDataException($"{name}: not a JPEG image: {FileSignature.Describe(start)}.");
        if (file.Length > Array.MaxLength)
            throw new InvalidDataException($"{name}: the file has {file.Length} bytes; at most {Array.MaxLength} are read.");
        file.Position = 0;
        var bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        file.ReadExactly(bytes);
        var markers = JpegMarkers.Walk(bytes, maxPixels, name);
        return ExifOrientation.Turn(Decode(bytes, markers.Needed, markers.Frame, name), markers.Orientation);
    }

    /// <summary>
    /// The decoder of JPEG alone: the package's common door knows other formats too, and a flip that any caller in the process may set.
    /// </summary>
    private static unsafe DecodedImage Decode(byte[] jpeg, int length, JpegFrame frame, string name)
    {
        using var stream = new EndedStream(jpeg, length);
        var channels = frame.Components == 1 ? 1 : 3;
        int width, height, components;
        StbImage.stbi__result_info info;
        void* decoded;
        try
        {
            decoded = StbImage.stbi__jpeg_load(new StbImage.stbi__context(stream), &width, &height, &components, channels, &info);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{name}: damaged: the coded pixels do not decode.", error);
        }
        if (decoded == null) throw new InvalidDataException($"{name}: damaged: the coded pixels do not decode.");
        if (width == frame.Width && height == frame.Height) return new DecodedImage(width, height, channels, (byte*)decoded);
        Marshal.FreeHGlobal((nint)decoded);
        throw new InvalidDataException($"{name}: damaged: {frame.Width} x {frame.Height} pixels became {width} x {height}.");
    }

    /// <summary>The decoder's pixels where it left them, behind the garbage collector's back: nearly a megabyte a photo.</summary>
    private sealed unsafe class DecodedImage(int width, int height, int channels, byte* pixels) : ImageRows(width, height, channels)
    {
        private byte* pixels = pixels;
        private int y;

        public override void Next(Span<byte> row)
        {
            var length = Width * Channels;
            new ReadOnlySpan<byte>(pixels, Height * length).Slice(y++ * length, length).CopyTo(row);
        }

        public override void Dispose()
        {
            Marshal.FreeHGlobal((nint)pixels);
            pixels = null;
        }
    }

    /// <summary>Bytes whose reader gives up who goes on behind their end: a decoder may look for a marker there for ever.</summary>
    private sealed class EndedStream(byte[] bytes, int length) : MemoryStream(bytes, 0, length, writable: false)
    {
        private const int Patience = 1 << 16;

        private int beyond;

        public override int ReadByte()
        {
            var next = base.ReadByte();
            if (next < 0) Count();
            return next;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var got = base.Read(buffer, offset, count);
            if (got < count) Count();
            return got;
        }

        private void Count()
        {
            if (++beyond > Patience) throw new EndOfStreamException();
        }
    }
}
