using System.Buffers.Binary;

namespace Surprisal;

/// <summary>
/// Walks over the segments of a JPEG file (ITU-T T.81, annex B) before a decoder sees it: every length inside the file, one frame, at
/// least one scan, the mark of the end.
/// </summary>
internal sealed class JpegMarkers
{
    // Ten are usual, and each goes over all pixels: a small file with thousands would hold a decoder for minutes.
    private const int MaxScans = 100;

    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, App0 = 0xE0, App1 = 0xE1, App14 = 0xEE;

    private readonly byte[] file;
    private readonly string name;
    private int at = 2;

    private JpegMarkers(byte[] file, string name) => (this.file, this.name) = (file, name);

    /// <summary>The header.</summary>
    public JpegFrame Frame { get; private set; } = null!;

    /// <summary>How the camera was held, 1 to 8 as EXIF counts; 1 where the file does not say.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>
    /// How many bytes of the array are the file without all that says nothing about its pixels: texts, previews, profiles, and what
    /// follows the end.
    /// </summary>
    public int Needed { get; private set; } = 2;

    /// <summary>Walks over the file and pushes together, in its array, what the pixels need.</summary>
    /// <exception cref="InvalidDataException">The file is no JPEG image that is decoded, was cut off, or has more pixels than
    /// allowed.</exception>
    public static JpegMarkers Walk(byte[] file, long maxPixels, string name)
    {
        var markers = new JpegMarkers(file, name);
        markers.Walk(maxPixels);
        return markers;
    }

    private void Walk(long maxPixels)
    {
        var (scans, coded, sawExif) = (0, 0L, false);
        while (true)
        {
            var marker = NextMarker();
            if (marker == EndOfImage) break;
            if (marker is 0x01 or StartOfImage or (>= 0xD0 and <= 0xD7)) continue; // these have no data
            var start = at - 2;
            var data = Segment(marker);
            switch (marker)
            {
                case App1 when !sawExif && data.StartsWith("Exif\0\0"u8):
                    (sawExif, Orientation) = (true, ExifOrientation.Parse(data[6..]));
                    break;
                case 0xC4 or 0xDB or 0xDD or App0 or App14: // codes, quantizers, restarts, and what the components mean
                    Keep(start, at);
                    break;
                case 0xC8 or 0xCC:
                    break;
                case >= 0xC0 and <= 0xCF:
                    if (Frame is not null) throw new InvalidDataException($"{name}: damaged: byte {start} begins a second frame.");
                    Frame = JpegFrame.Parse(marker, data, maxPixels, name);
                    Keep(start, at);
                    break;
                case StartOfScan:
                    if (Frame is null) throw new InvalidDataException($"{name}: damaged: byte {start} begins a scan before any frame.");
                    if (++scans > MaxScans) throw new InvalidDataException($"{name}: there are more than {MaxScans} scans.");
                    var first = at;
                    SkipCoded();
                    coded += at - first;
                    Keep(start, at);
                    break;
            }
        }
        if (scans == 0) throw new InvalidDataException($"{name}: there are no pixels: the image ends at byte {at} before any scan.");
        Frame.CheckCoded(coded, name);
        file[Needed++] = 0xFF;
        file[Needed++] = EndOfImage;
    }

    /// <summary>The marker that comes next; bytes before it that belong to nothing are passed over, as every decoder does.</summary>
    private byte NextMarker()
    {
        while (true)
        {
            while (at < file.Length && file[at] != 0xFF) at++;
            while (at < file.Length && file[at] == 0xFF) at++;
            if (at >= file.Length) throw Truncated();
            if (file[at++] is not 0 and var marker) return marker;
        }
    }

    /// <summary>The data of a segment whose marker was read.</summary>
    private ReadOnlySpan<byte> Segment(byte marker)
    {
        if (file.Length - at < 2) throw Truncated();
        var length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));
        if (length < 2 || length > file.Length - at)
            throw new InvalidDataException($"{name}: truncated: the segment FF{marker:X2} at byte {at - 2} promises {length} bytes, " +
                $"but {file.Length - at} are there, and 2 at least were expected.");
        var data = file.AsSpan(at + 2, length - 2);
        at += length;
        return data;
    }

    /// <summary>Goes to the marker that ends coded pixels; a zero byte behind FF, and marks of a restart, are part of them.</summary>
    private void SkipCoded()
    {
        while (true)
        {
            var found = file.AsSpan(at).IndexOf((byte)0xFF);
            if (found < 0 || at + found + 1 >= file.Length) throw Truncated();
            at += found;
            if (file[at + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7))) return;
            at += file[at + 1] == 0xFF ? 1 : 2;
        }
    }

    private void Keep(int start, int end)
    {
        if (Needed < start) file.AsSpan(start, end - start).CopyTo(file.AsSpan(Needed));
        Needed += end - start;
    }

    private InvalidDataException Truncated() =>
        new($"{name}: truncated: the file ends at byte {file.Length}, before the end of the image.");
}
