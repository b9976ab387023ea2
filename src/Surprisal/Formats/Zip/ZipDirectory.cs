using static Surprisal.ZipFields;

namespace Surprisal;

/// <summary>
/// The central directory at the end of a ZIP archive (APPNOTE 6.3.10), with its extension for large files. The base library's reader
/// compares neither checksums nor the names before the data, and shows encrypted members as if they were plain.
/// </summary>
internal static class ZipDirectory
{
    // A directory is held while it is read: some hundred thousand members.
    private const int MaxBytes = 16 << 20;
    private const int EndBytes = 22, LocatorBytes = 20, LargeEndBytes = 56, EntryBytes = 46;

    /// <summary>All members, and where the directory begins: no member's data goes beyond it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, has a name twice, or a name that is none.</exception>
    public static (List<ZipEntry> Entries, long Start) Read(ArrayBytes file, string path)
    {
        var (count, size, start) = ReadEnd(file, path);
        if (size > MaxBytes) throw Damaged(path, $"its directory claims {size} bytes; at most {MaxBytes} are read");
        if (count > size / EntryBytes) throw Damaged(path, $"its directory claims {count} members in {size} bytes");
        var bytes = new byte[size];
        file.Read(start, bytes);
        var entries = new List<ZipEntry>((int)count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var at = 0;
        while (entries.Count < count)
        {
            var entry = ZipEntryReader.Read(bytes, ref at, start, path);
            if (!names.Add(entry.Name)) throw new InvalidDataException($"{path}: the archive has two members \"{entry.Name}\".");
            entries.Add(entry);
        }
        return at == size ? (entries, start) : throw Damaged(path, $"its directory has {size} bytes, but its {count} members take {at}");
    }

    /// <summary>How many members there are, and where their entries are, by the record at the end of the file.</summary>
    private static (long Count, long Size, long Start) ReadEnd(ArrayBytes file, string path)
    {
        var length = file.Length!.Value;
        var tail = new byte[Math.Min(length, EndBytes + ushort.MaxValue)];
        file.Read(length - tail.Length, tail);
        var at = tail.Length - EndBytes;
        // The record ends with a comment, whose length must lead to the end of the file.
        while (at >= 0 && !(IsMark(tail, at, 5, 6) && at + EndBytes + U16(tail, at + 20) == tail.Length)) at--;
        if (at < 0) throw Damaged(path, "its directory is not at the end: it is cut off");
        var place = length - tail.Length + at;
        if (at >= LocatorBytes && IsMark(tail, at - LocatorBytes, 6, 7))
            return ReadLargeEnd(file, path, U64(tail, at - LocatorBytes + 8), place - LocatorBytes);
        var count = U16(tail, at + 10);
        if (U32(tail, at + 4) != 0 || U16(tail, at + 8) != count) throw Parts(path);
        return Checked(path, count, U32(tail, at + 12), U32(tail, at + 16), place);
    }

    private static (long Count, long Size, long Start) ReadLargeEnd(ArrayBytes file, string path, ulong place, long limit)
    {
        var end = new byte[LargeEndBytes];
        var isThere = limit >= LargeEndBytes && place <= (ulong)(limit - LargeEndBytes);
        if (isThere) file.Read((long)place, end);
        if (!IsMark(end, 0, 6, 6)) throw Damaged(path, "the end of its directory is not where it should be");
        var count = U64(end, 32);
        if (U64(end, 16) != 0 || U64(end, 24) != count) throw Parts(path);
        return Checked(path, count, U64(end, 40), U64(end, 48), (long)place);
    }

    private static (long Count, long Size, long Start) Checked(string path, ulong count, ulong size, ulong start, long end) =>
        start <= (ulong)end && size <= (ulong)end - start && count <= size
        ? ((long)count, (long)size, (long)start)
        : throw Damaged(path, $"its directory claims {count} members in {size} bytes from byte {start} on, but ends at byte {end}");

    private static InvalidDataException Parts(string path) => Damaged(path, "it has several parts; one file was expected");
}
