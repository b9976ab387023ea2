using System.Text;
using static Surprisal.ZipFields;

namespace Surprisal;

/// <summary>Entries of a central directory, and the headers before the members' data, which must say the same.</summary>
internal static class ZipEntryReader
{
    private const int EntryBytes = 46, LocalBytes = 30, Large = 1;

    private static readonly UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The entry at a position, which moves behind it.</summary>
    public static ZipEntry Read(ReadOnlySpan<byte> directory, ref int at, long start, string path)
    {
        var entry = directory[at..];
        if (entry.Length < EntryBytes || !IsMark(entry, 0, 1, 2))
            throw Damaged(path, $"byte {start + at} begins no entry of its directory");
        var (nameBytes, extraBytes, commentBytes) = (U16(entry, 28), U16(entry, 30), U16(entry, 32));
        var end = EntryBytes + nameBytes + extraBytes + commentBytes;
        if (entry.Length < end)
            throw Damaged(path, $"the entry at byte {start + at} goes beyond its directory");
        var name = Name(entry.Slice(EntryBytes, nameBytes), start + at, path);
        Span<ulong> sizes = [U32(entry, 24), U32(entry, 20), U32(entry, 42)];
        ReadLarge(entry.Slice(EntryBytes + nameBytes, extraBytes), sizes);
        if (U16(entry, 34) is not (0 or ushort.MaxValue) || sizes.ContainsAnyExceptInRange(0UL, (ulong)long.MaxValue))
            throw Damaged(path, $"the entry of \"{name}\" has impossible sizes");
        at += end;
        return new ZipEntry(name, U16(entry, 8), U16(entry, 10), U32(entry, 16), (long)sizes[1], (long)sizes[0], (long)sizes[2]);
    }

    /// <summary>Where the data of a member begins, behind a header that says what its entry says.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="entry">The member.</param>
    /// <param name="limit">Where the directory begins.</param>
    /// <param name="name">The member, for messages.</param>
    public static long DataStart(ArrayBytes file, ZipEntry entry, long limit, string name)
    {
        Span<byte> header = stackalloc byte[LocalBytes];
        if (entry.Offset > limit - LocalBytes)
            throw Damaged(name, $"its header at byte {entry.Offset} goes beyond the data, which ends at {limit}");
        file.Read(entry.Offset, header);
        if (!IsMark(header, 0, 3, 4)) throw Damaged(name, $"byte {entry.Offset} begins no member");
        var (nameBytes, extraBytes) = (U16(header, 26), U16(header, 28));
        var data = entry.Offset + LocalBytes + nameBytes + extraBytes;
        if (data > limit || entry.CompressedSize > limit - data)
            throw Damaged(name, $"its {entry.CompressedSize} bytes from byte {data} on go beyond the data, which ends at {limit}");
        var rest = new byte[nameBytes + extraBytes];
        file.Read(entry.Offset + LocalBytes, rest);
        if (!rest.AsSpan(0, nameBytes).SequenceEqual(Encoding.UTF8.GetBytes(entry.Name)))
            throw Damaged(name,
                $"the header at byte {entry.Offset} has the name \"{OneLine.Short(Encoding.Latin1.GetString(rest, 0, nameBytes))}\"");
        if (U16(header, 8) != entry.Method || ((U16(header, 6) ^ entry.Flags) & 0x2049) != 0)
            throw Damaged(name, $"the header at byte {entry.Offset} and the directory differ in its method or flags");
        Span<ulong> sizes = [U32(header, 22), U32(header, 18)];
        ReadLarge(rest.AsSpan(nameBytes), sizes);
        if (!entry.HasDescriptor
            && (U32(header, 14) != entry.Checksum || sizes[0] != (ulong)entry.Size || sizes[1] != (ulong)entry.CompressedSize))
            throw Damaged(name, $"the header at byte {entry.Offset} and the directory differ in its sizes or checksum");
        return data;
    }

    /// <summary>Nothing is extracted, and yet a name that would leave a folder was made by nobody who means well.</summary>
    private static string Name(ReadOnlySpan<byte> bytes, long place, string path)
    {
        string name;
        try { name = utf8.GetString(bytes); }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path}: the name of the member at byte {place} is no UTF-8.", error);
        }
        return Refusal(name) is { } reason
            ? throw new InvalidDataException($"{path}: the name of the member \"{OneLine.Short(name)}\" {reason}.")
            : name;
    }

    /// <summary>What is wrong with a name; null where nothing is.</summary>
    public static string? Refusal(string name) =>
        name.Length == 0 ? "is empty"
            : name.Any(char.IsControl) ? "has a control character"
            : name.Contains('\\', StringComparison.Ordinal) ? "has a backslash"
            : name[0] == '/' || name is [_, ':', ..] && char.IsAsciiLetter(name[0]) ? "is an absolute path"
            : name.Split('/').Contains("..", StringComparer.Ordinal) ? "leads out of its folder"
            : null;

    /// <summary>Sizes that 32 bits do not hold stand in a field of their own, in this order, and only they.</summary>
    private static void ReadLarge(ReadOnlySpan<byte> extra, Span<ulong> sizes)
    {
        for (; extra.Length >= 4 && U16(extra, 2) <= extra.Length - 4; extra = extra[(4 + U16(extra, 2))..])
        {
            if (U16(extra, 0) != Large) continue;
            var field = extra.Slice(4, U16(extra, 2));
            foreach (ref var size in sizes)
            {
                if (size != uint.MaxValue || field.Length < sizeof(ulong)) continue;
                size = U64(field, 0);
                field = field[sizeof(ulong)..];
            }
            return;
        }
    }
}
