using System.Buffers.Binary;
using System.Text;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Every kind of damage has its sentence, and no input crashes the reader in another way.</summary>
public sealed class SafetensorsDamageTests : IDisposable
{
    private const string Codes = "F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, C64, F8_E4M3, F8_E5M2, F8_E8M0, F8_E4M3FNUZ, " +
        "F8_E5M2FNUZ, F6_E2M3, F6_E3M2, F4.";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    private string File => Path.Combine(folder.FullName, "model.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Names_a_missing_file()
    {
        var error = Assert.Throws<FileNotFoundException>(() => Safetensors.Read(File));
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("", "it has 0 bytes, but the length of the header alone takes 8.")]
    [InlineData("01020304050607", "it has 7 bytes, but the length of the header alone takes 8.")]
    [InlineData("0000000000000000", "its header does not begin with '{'.")]
    [InlineData("0300000000000000" + "7b7d", "its header claims 3 bytes, but only 2 follow; the file is truncated.")]
    [InlineData("01e1f50500000000" + "7b7d", "its header claims 100000001 bytes; at most 100000000 are allowed.")]
    [InlineData("00e1f50500000000" + "7b7d", "its header claims 100000000 bytes, but only 2 follow; the file is truncated.")]
    [InlineData("ffffffffffffffff" + "7b7d", "its header claims 18446744073709551615 bytes; at most 100000000 are allowed.")]
    [InlineData("0200000000000000" + "7b7d" + "00", "its tensors take 0 bytes, but 1 follow the header; the rest belongs to none.")]
    public void Says_what_is_wrong_with_the_bytes(string hex, string reason) => AssertRefused(Convert.FromHexString(hex), reason);

    [Theory]
    [InlineData("[]", 0, "its header does not begin with '{'.")]
    [InlineData(" {}", 0, "its header does not begin with '{'.")]
    [InlineData("""{"a":1}""", 0, "tensor \"a\" is not described by dtype, shape and data_offsets.")]
    [InlineData("""{"a":{"shape":[],"data_offsets":[0,4]}}""", 4, "tensor \"a\" has no dtype.")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "tensor \"a\" has no shape.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[]}}""", 4, "tensor \"a\" has no data_offsets.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"shape":[],"data_offsets":[0,4]}}""", 4, "tensor \"a\" has shape twice.")]
    [InlineData("""{"a":{"dtype":"F33","shape":[],"data_offsets":[0,4]}}""", 4,
        "tensor \"a\" has dtype \"F33\", which is not one of " + Codes)]
    [InlineData("""{"a":{"dtype":32,"shape":[],"data_offsets":[0,4]}}""", 4,
        "tensor \"a\" has dtype 32, which is not one of " + Codes)]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "tensor \"a\" has shape 1, which is not a list of sizes.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4,
        "tensor \"a\" has shape [-1]; every size is a whole number from 0 to 9223372036854775807.")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4,
        "tensor \"a\" has shape [\"1\"]; every size is a whole number from 0 to 9223372036854775807.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4,
        "tensor \"a\" has shape [1.5]; every size is a whole number from 0 to 9223372036854775807.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2000000000,2000000000,2000000000],"data_offsets":[0,4]}}""", 4,
        "tensor \"a\" has shape [2000000000, 2000000000, 2000000000], more than any file holds.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,3000000000],"data_offsets":[0,0]}}""", 0,
        "tensor \"a\" has shape [0, 3000000000], more than the 2147483591 elements that a tensor holds.")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "tensor \"a\" has shape [3], which is no whole number of bytes of F4.")]
    [InlineData("""{"a":{"dtype":"F8_E5M2","shape":[3],"data_offsets":[0,3]}}""", 3,
        "tensor \"a\" has dtype \"F8_E5M2\", which no tensor here holds; one of I64, F64, F32, I32, BF16, F16, I16, I8, U8 was expected.")]
    [InlineData("""{"a":{"dtype":"f32","shape":[],"data_offsets":[0,4]}}""", 4, "tensor \"a\" has dtype \"f32\", which is not one of " + Codes)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.0]}}""", 4,
        "tensor \"a\" has data_offsets [0,4.0]; they must be [start, end], whole numbers with 0 <= start <= end.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2,
        "its header has two entries \"a\".")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4,
        "tensor \"a\" has data_offsets [0, 4], 4 bytes, but F32 of shape [2] takes 8.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4,
        "tensor \"a\" has data_offsets [4,0]; they must be [start, end], whole numbers with 0 <= start <= end.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4,
        "tensor \"a\" has data_offsets [-4,0]; they must be [start, end], whole numbers with 0 <= start <= end.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4,
        "tensor \"a\" has data_offsets [0,4,8]; they must be [start, end], whole numbers with 0 <= start <= end.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""", 4,
        "tensor \"a\" has data_offsets [0,99999999999999999999]; they must be [start, end], whole numbers with 0 <= start <= end.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3,
        "its tensors take 4 bytes, but only 3 follow the header; the file is truncated.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5,
        "its tensors take 4 bytes, but 5 follow the header; the rest belongs to none.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8,
        "tensor \"a\" begins at byte 4, but the tensor before it ends at 0: there is a hole.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[3],"data_offsets":[2,5]}}""", 5,
        "tensor \"b\" begins at byte 2, but the tensor before it ends at 3: they overlap.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", 3,
        "tensor \"b\" begins at byte 0, but the tensor before it ends at 3: they overlap.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2,
        "its header has two entries \"a\".")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "its header has two entries \"__metadata__\".")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__ is not a map of strings.")]
    [InlineData("""{"__metadata__":{"epoch":3}}""", 0, "__metadata__ has \"epoch\", which is not a string.")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "__metadata__ has two entries \"k\".")]
    [InlineData("""{"a\nb":1}""", 0, "tensor \"a b\" is not described by dtype, shape and data_offsets.")]
    public void Says_what_is_wrong_with_the_header(string header, int dataBytes, string reason) =>
        AssertRefused(Bytes(Encoding.UTF8.GetBytes(header), dataBytes), reason);

    [Theory]
    [InlineData("<!DOCTYPE html><html><title>404</title></html>", "a page of HTML or XML")]
    [InlineData("\uFEFF\n <?xml version='1.0'?><Error/>", "a page of HTML or XML")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        "a pointer of Git LFS: the data itself was not fetched ('git lfs pull' does)")]
    [InlineData("PK\u0003\u0004\0\0\b\0archive/data.pkl", "a ZIP archive, as .npz and torch.save write")]
    [InlineData("PAR1\u0015\u0004\u0015\u0010\u0015", "a Parquet file")]
    public void Says_what_the_file_is_instead(string text, string kind) => AssertRefused(Encoding.UTF8.GetBytes(text), $"it is {kind}.");

    [Theory]
    [InlineData("80027d7100", "a pickle of Python")]
    [InlineData("8004950a00000000000000", "a pickle of Python")]
    [InlineData("1f8b0800000000000003", "gzip data")]
    [InlineData("894844460d0a1a0a00", "an HDF5 file")]
    [InlineData("934e554d505901007600", "an array of NumPy (.npy)")]
    [InlineData("ffd8ffe000104a464946", "a JPEG image")]
    [InlineData("3c0000000000000000", null)]
    [InlineData("5035200000000000" + "7b7d", null)]
    public void Says_what_binary_files_are(string hex, string? kind)
    {
        System.IO.File.WriteAllBytes(File, Convert.FromHexString(hex));
        var message = Assert.Throws<InvalidDataException>(() => Safetensors.Read(File)).Message;
        if (kind is null) Assert.Contains("header claims", message, StringComparison.Ordinal);
        else Assert.Equal($"{File} is not a valid safetensors file: it is {kind}.", message);
    }

    [Theory]
    [InlineData("7b")]
    [InlineData("7b7d7d")]
    [InlineData("7b226122")]
    [InlineData("7b7d00")]
    [InlineData("7b22ff223a317d")]
    [InlineData("7b225c7564383030223a317d")]
    [InlineData("7b225f5f6d657461646174615f5f223a7b2261223a22ff227d7d")]
    public void Refuses_what_is_not_JSON(string hex)
    {
        System.IO.File.WriteAllBytes(File, Bytes(Convert.FromHexString(hex), 0));
        var error = Assert.Throws<InvalidDataException>(() => Safetensors.Read(File));
        Assert.StartsWith($"{File} is not a valid safetensors file: its header is not valid JSON: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        var whole = SafetensorsFixture.Embedded("canonical.safetensors");
        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.Throws<InvalidDataException>(() => Safetensors.Read(File));
        }
    }

    [Fact]
    public void Any_byte_of_the_header_may_be_wrong_without_another_error()
    {
        var whole = SafetensorsFixture.Embedded("canonical.safetensors");
        var end = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);
        for (var at = 0; at < end; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= (byte)(at % 3 == 0 ? 0x01 : at % 3 == 1 ? 0x10 : 0x80);
            System.IO.File.WriteAllBytes(File, damaged);
            // Damage inside a name or the metadata gives another valid file.
            if (Record.Exception(() => Safetensors.Read(File)) is { } error) Assert.IsType<InvalidDataException>(error);
        }
    }

    [Fact]
    public void A_long_wrong_value_is_shortened()
    {
        AssertRefused(Bytes(Encoding.UTF8.GetBytes($$$"""{"a":{"dtype":"{{{new string('x', 1000)}}}","shape":[],"data_offsets":[0,0]}}"""), 0),
            $"tensor \"a\" has dtype \"{new string('x', 59)}..., which is not one of {Codes}");
    }

    private static byte[] Bytes(byte[] header, int dataBytes)
    {
        var bytes = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        header.CopyTo(bytes, 8);
        return bytes;
    }

    private void AssertRefused(byte[] bytes, string reason)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        var error = Assert.Throws<InvalidDataException>(() => Safetensors.Read(File));
        Assert.Equal($"{File} is not a valid safetensors file: {reason}", error.Message);
    }
}
