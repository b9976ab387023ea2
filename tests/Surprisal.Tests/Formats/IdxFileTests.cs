using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] Good = DataFolder.Idx([2, 1, 3], 10, 20, 30, 40, 50, 255);

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reads_the_shape_and_the_bytes()
    {
        // Written out by hand: type 8, rank 3, sizes 2 1 3 as big-endian uint32.
        byte[] bytes = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255];
        Assert.Equal(bytes, Good);
        var file = IdxFile.Read(folder.Write("plain", bytes));
        Assert.Equal([2, 1, 3], file.Shape);
        Assert.Equal([10, 20, 30, 40, 50, 255], file.Data);
    }

    [Theory]
    [InlineData("name.gz")]
    [InlineData("name-without-an-ending")]
    public void Knows_gzip_by_its_first_bytes_and_not_by_the_name(string name)
    {
        Assert.Equal([10, 20, 30, 40, 50, 255], IdxFile.Read(folder.Write(name, DataFolder.Gzip(Good))).Data);
        Assert.Equal([10, 20, 30, 40, 50, 255], IdxFile.Read(folder.Write(name, Good)).Data);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Reads_ranks_one_to_four(int rank)
    {
        int[] shape = [.. Enumerable.Repeat(2, rank)];
        var file = IdxFile.Read(folder.Write("idx", DataFolder.Idx(shape, new byte[1 << rank])));
        Assert.Equal(shape, file.Shape.ToArray());
        Assert.Equal(1 << rank, file.Data.Length);
    }

    [Fact]
    public void Refuses_what_is_not_there()
    {
        var path = Path.Combine(folder.Path, "absent");
        Assert.Equal($"{path}: there is no such file; an IDX file was expected.", Assert.Throws<FileNotFoundException>(() => IdxFile.Read(path)).Message);
        Assert.Equal($"{folder.Path}: this is a folder; an IDX file was expected.",
            Assert.Throws<FileNotFoundException>(() => IdxFile.Read(folder.Path)).Message);
    }

    [Theory]
    [InlineData("", "not an IDX file, which begins with 00 00, an element type and a rank: it is empty.")]
    [InlineData("0000", "not an IDX file, which begins with 00 00, an element type and a rank: it begins with the bytes 0000.")]
    [InlineData("FFD8FFE000104A46", "not an IDX file, which begins with 00 00, an element type and a rank: it is a JPEG image.")]
    [InlineData("0102030405060708090A", "not an IDX file, which begins with 00 00, an element type and a rank: it begins with the bytes 01020304.")]
    [InlineData("00000D0100000001", "the IDX elements have type 0x0D (float); only 0x08 (unsigned byte) is read.")]
    [InlineData("0000070100000001", "the IDX elements have type 0x07 (unknown); only 0x08 (unsigned byte) is read.")]
    [InlineData("00000800", "the IDX header gives 0 dimensions; 1 to 4 were expected.")]
    [InlineData("00000805", "the IDX header gives 5 dimensions; 1 to 4 were expected.")]
    [InlineData("000008030000000200", "truncated: an IDX header of 3 dimensions has 16 bytes, but only 9 are there.")]
    [InlineData("000008020000000200000003AABBCC", "truncated: the header promises 2 x 3 = 6 bytes, but only 3 are there.")]
    [InlineData("0000080100000002AABBCCDDEE", "trailing bytes: the header promises 2 = 2 bytes, but 3 follow them.")]
    [InlineData("000008020000000200000000", "dimension 1 of the IDX header is 0; every dimension must be at least 1.")]
    [InlineData("0000080280000000FFFFFFFF00", "the IDX header promises 2147483648 or more bytes; at most 2147483591 are read.")]
    public void Refuses_a_damaged_file_by_name_and_reason(string hex, string reason) => AssertRefused(Convert.FromHexString(hex), reason);

    [Fact]
    public void Refuses_damage_inside_gzip()
    {
        AssertRefused(DataFolder.Gzip([.. Good[..^2]]), "truncated: the header promises 2 x 1 x 3 = 6 bytes, but only 4 are there.");
        AssertRefused(DataFolder.Gzip([.. Good, 1]), "trailing bytes: the header promises 2 x 1 x 3 = 6 bytes, but more follow them.");
        var zipped = DataFolder.Gzip("<html>"u8.ToArray());
        AssertRefused(zipped, "not an IDX file inside the gzip data, which begins with 00 00, an element type and a rank: it is a page of HTML or XML.");
        byte[] bomb = DataFolder.Gzip(DataFolder.Idx([1 << 30], 0));
        AssertRefused(bomb, $"the header promises 1073741824 = 1073741824 bytes, more than {bomb.Length} bytes of gzip data can hold.");
    }

    [Fact]
    public void Gzip_that_was_cut_at_any_byte_is_refused()
    {
        byte[] elements = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i >> 3))];
        var zipped = DataFolder.Gzip(DataFolder.Idx([5000], elements));
        for (var cut = 2; cut < zipped.Length; cut++)
        {
            using var stream = new MemoryStream(zipped, 0, cut);
            Assert.StartsWith("cut: ", Assert.Throws<InvalidDataException>(() => IdxFile.Read(stream, "cut")).Message, StringComparison.Ordinal);
        }
        using var whole = new MemoryStream(zipped);
        Assert.Equal(elements, IdxFile.Read(whole, "whole").Data);
    }

    [Fact]
    public void Gzip_may_come_in_several_members()
    {
        using var members = new MemoryStream([.. DataFolder.Gzip(Good[..10]), .. DataFolder.Gzip(Good[10..20]), .. DataFolder.Gzip(Good[20..])]);
        Assert.Equal([10, 20, 30, 40, 50, 255], IdxFile.Read(members, "members").Data);
    }

    [Fact]
    public void Refuses_gzip_with_a_wrong_checksum_or_length()
    {
        for (var at = 1; at <= 8; at++)
        {
            var zipped = DataFolder.Gzip(Good);
            zipped[^at] ^= 1;
            AssertRefused(zipped, "the gzip data is damaged or cut off.");
        }
    }

    private void AssertRefused(byte[] bytes, string reason)
    {
        var path = folder.Write("file", bytes);
        Assert.Equal($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => IdxFile.Read(path)).Message);
    }
}
