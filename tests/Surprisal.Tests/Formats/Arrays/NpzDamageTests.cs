namespace Surprisal.Tests.Formats;

/// <summary>Every kind of damage of an archive has its sentence.</summary>
public sealed class NpzDamageTests : IDisposable
{
    private static readonly byte[] array = ArrayFixtures.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { ":x is encrypted.", One(new("x.npy", array) { Flags = 1 }) },
        { ":x is compressed by bzip2; stored or deflated was expected.", One(new("x.npy", array) { Method = 12 }) },
        { ":x is compressed by lzma; stored or deflated was expected.", One(new("x.npy", array) { Method = 14 }) },
        { ":x is compressed by zstd; stored or deflated was expected.", One(new("x.npy", array) { Method = 93 }) },
        { ":x is compressed by method 1; stored or deflated was expected.", One(new("x.npy", array) { Method = 1 }) },
        { ":x: the ZIP archive is damaged: the header at byte 0 has the name \"y.npy\".", One(new("x.npy", array) { LocalName = "y.npy" }) },
        { ":x: the ZIP archive is damaged: the header at byte 0 and the directory differ in its method or flags.",
            One(new("x.npy", array) { LocalMethod = 8 }) },
        { ":x: the ZIP archive is damaged: the header at byte 0 and the directory differ in its method or flags.",
            One(new("x.npy", array) { LocalFlags = 1 }) },
        { ":x: the ZIP archive is damaged: the header at byte 0 and the directory differ in its sizes or checksum.",
            One(new("x.npy", array) { LocalSizes = [1, 2, 3] }) },
        { ":x: the ZIP archive is damaged: byte 1 begins no member.", One(new("x.npy", array) { Offset = 1 }) },
        { ":x: the ZIP archive is damaged: its header at byte 4000000000 goes beyond the data, which ends at 128.",
            One(new("x.npy", array) { Offset = 4_000_000_000 }) },
        { ":x: the header promises float32 [2, 3], 24 bytes from byte 69 on, but 23 are there: it is cut off.", One(new("x.npy", array[..^1])) },
        { ":x: the header promises float32 [2, 3], 24 bytes from byte 69 on, but 25 are there: 1 from byte 93 on belong to nothing; one array a file " +
            "was expected.",
            One(new("x.npy", [.. array, 0])) },
        { ":x: damaged: 93 bytes are stored, but 94 were expected.", One(new("x.npy", array) { Size = 94 }) },
        { ":x: the directory promises 4000000000 bytes, more than 69 of deflated data hold.",
            One(new("x.npy", array) { Method = 8, Size = 4_000_000_000, PackedAs = new byte[69] }) },
        { ":x is no array of NumPy (.npy): it is a PNG image.", One(new("x.npy", [0x89, .. "PNG\r\n\u001a\n"u8])) },
        { ":x: damaged: what follows byte 0 is no deflated data.", One(new("x.npy", array) { Method = 8, PackedAs = [0xFF, 1, 2, 3] }) },
    };

    private string File => Path.Combine(folder.FullName, "a.npz");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_member_that_is_not_read_spoils_only_itself(string reason, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        using var file = NpzFile.Open(File);
        Assert.Equal(File + reason, Assert.Throws<InvalidDataException>(() => file.OpenArray("x")).Message);
        Assert.Equal(["x (not read)"], file.Entries.Select(static entry => entry.ToString()));
        Assert.Equal(File + reason, Assert.Throws<InvalidDataException>(() => ArrayFile.Open(File)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(9000)]
    public void Bytes_behind_the_deflated_data_are_refused_with_the_last_number(int more)
    {
        var packed = ZipBytes.Deflate(array);
        System.IO.File.WriteAllBytes(File, One(new("x.npy", array) { Method = 8, PackedAs = [.. packed, .. new byte[more]] }));
        using var read = ArrayFile.Open(File);
        var message = Assert.Throws<InvalidDataException>(() => read.Read<float>(0, new float[6])).Message;
        Assert.StartsWith($"{File}:x: damaged: ", message, StringComparison.Ordinal);
        Assert.EndsWith(" or more bytes follow its deflated data; they belong to nothing.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deflated_data_that_ends_early_or_late_is_refused()
    {
        System.IO.File.WriteAllBytes(File, One(new("x.npy", array) { Method = 8, PackedAs = ZipBytes.Deflate(array[..^4]) }));
        using (var read = ArrayFile.Open(File))
            Assert.Equal($"{File}:x: the data ends at byte 89 of 93: it is cut off.",
                Assert.Throws<InvalidDataException>(() => read.Read<float>(0, new float[6])).Message);
        System.IO.File.WriteAllBytes(File, One(new("x.npy", array) { Method = 8, PackedAs = ZipBytes.Deflate([.. array, 0]) }));
        using (var read = ArrayFile.Open(File))
            Assert.Equal($"{File}:x: more bytes follow the 93 that were expected; they belong to nothing.",
                Assert.Throws<InvalidDataException>(() => read.Read<float>(0, new float[6])).Message);
    }

    public static TheoryData<string, byte[]> Archives => new()
    {
        { ": the archive has two members \"x.npy\".", new ZipBytes().Add(new("x.npy", array)).Add(new("x.npy", array)).ToArray() },
        { ": the name of the member \"../x.npy\" leads out of its folder.", One(new("../x.npy", array)) },
        { ": the name of the member \"a/../../x.npy\" leads out of its folder.", One(new("a/../../x.npy", array)) },
        { ": the name of the member \"/x.npy\" is an absolute path.", One(new("/x.npy", array)) },
        { ": the name of the member \"C:x.npy\" is an absolute path.", One(new("C:x.npy", array)) },
        { ": the name of the member \"a\\x.npy\" has a backslash.", One(new("a\\x.npy", array)) },
        { ": the name of the member \"a x.npy\" has a control character.", One(new("a\nx.npy", array)) },
        { ": the name of the member \"\" is empty.", One(new("", array)) },
        { ": the name of the member at byte 128 is no UTF-8.", One(new("x", array) { RawName = [0xFF, .. ".npy"u8] }) },
        { ": the ZIP archive is damaged: its directory claims 2 members in 51 bytes.", new ZipBytes { Count = 2 }.Add(new("x.npy", array)).ToArray() },
        { ": the ZIP archive is damaged: its directory has 102 bytes, but its 1 members take 51.",
            new ZipBytes { Count = 1 }.Add(new("x.npy", array)).Add(new("y.npy", array)).ToArray() },
        { ": the ZIP archive is damaged: it has several parts; one file was expected.", new ZipBytes { Disk = 1 }.Add(new("x.npy", array)).ToArray() },
        { ": the ZIP archive is damaged: its directory is not at the end: it is cut off.", One(new("x.npy", array))[..^1] },
        { ": the ZIP archive is damaged: its directory is not at the end: it is cut off.", [.. One(new("x.npy", array)), 0] },
        { " is no file of arrays of NumPy (.npz): it is an array of NumPy (.npy).", array },
        { " is no file of arrays of NumPy (.npz): it is gzip data.", [0x1F, 0x8B, 8, 0] },
        { " is no file of arrays of NumPy (.npz): it is empty.", [] },
    };

    [Theory]
    [MemberData(nameof(Archives))]
    public void An_archive_that_is_none_is_refused(string reason, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.Equal(File + reason, Assert.Throws<InvalidDataException>(() => NpzFile.Open(File)).Message);
    }

    private static byte[] One(ZipBytes.Member member) => new ZipBytes().Add(member).ToArray();
}
