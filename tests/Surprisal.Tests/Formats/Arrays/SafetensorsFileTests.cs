using System.Text;

namespace Surprisal.Tests.Formats;

/// <summary>The tensors of a file in blocks: the same as whole ones, and beside others that are not read.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    private string File => Path.Combine(folder.FullName, "a.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("canonical.safetensors")]
    [InlineData("shuffled.safetensors")]
    public void Reads_in_blocks_what_Python_wrote(string name)
    {
        System.IO.File.WriteAllBytes(File, Training.SafetensorsFixture.Embedded(name));
        using var file = SafetensorsFile.Open(File);
        var expected = Training.SafetensorsFixture.Tensors;
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), file.Entries.Select(static entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Training.SafetensorsFixture.Metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal),
            file.Metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal));
        foreach (var (key, tensor) in expected)
        {
            using var array = file.OpenArray(key);
            Assert.Equal($"{File}:{key}", array.Name);
            Assert.Equal(tensor.ElementName, array.Type.Name);
            Assert.Equal(tensor.Shape.Select(static size => (long)size), array.Shape);
            Assert.Equal(Texts(tensor), ArrayFixtures.ReadAll(array, 2));
            array.Verify();
        }
    }

    [Fact]
    public void Every_type_is_laid_out_and_those_that_are_not_read_spoil_only_themselves()
    {
        // Begins at an odd byte after the first.
        const string header = """
            {"u8":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"f32":{"dtype":"F32","shape":[1],"data_offsets":[3,7]},
             "bool":{"dtype":"BOOL","shape":[4],"data_offsets":[7,11]},"u16":{"dtype":"U16","shape":[1],"data_offsets":[11,13]},
             "u32":{"dtype":"U32","shape":[1],"data_offsets":[13,17]},"u64":{"dtype":"U64","shape":[1],"data_offsets":[17,25]},
             "bf16":{"dtype":"BF16","shape":[1],"data_offsets":[25,27]},"c":{"dtype":"C64","shape":[1],"data_offsets":[27,35]},
             "e4":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[35,37]},"e5":{"dtype":"F8_E5M2","shape":[1],"data_offsets":[37,38]},
             "e8":{"dtype":"F8_E8M0","shape":[1],"data_offsets":[38,39]},"e4z":{"dtype":"F8_E4M3FNUZ","shape":[1],"data_offsets":[39,40]},
             "e5z":{"dtype":"F8_E5M2FNUZ","shape":[],"data_offsets":[40,41]},"f6a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[41,44]},
             "f6b":{"dtype":"F6_E3M2","shape":[2,2],"data_offsets":[44,47]},"f4":{"dtype":"F4","shape":[2],"data_offsets":[47,48]}}
            """;
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Tensors(header, 48));
        using var file = SafetensorsFile.Open(File);
        Assert.Equal(16, file.Entries.Count);
        // The bytes are 0, 1, 2 ...
        foreach (var (name, value) in new (string, string)[]
        {
            ("f32", BitConverter.ToSingle([3, 4, 5, 6]).ToString("R")), ("u16", (11 + 256 * 12).ToString()), ("bf16", ""),
            ("u32", BitConverter.ToUInt32([13, 14, 15, 16]).ToString()), ("u64", BitConverter.ToUInt64([17, 18, 19, 20, 21, 22, 23, 24]).ToString()),
        })
        {
            var number = name == "f32" ? ((double)BitConverter.ToSingle([3, 4, 5, 6])).ToString("R")
                : name == "bf16" ? ((double)BitConverter.ToSingle([0, 0, 25, 26])).ToString("R") : value;
            Assert.Equal([number], ArrayFixtures.ReadAll(file.OpenArray(name)));
        }
        Assert.Equal(["0", "1", "2"], ArrayFixtures.ReadAll(file.OpenArray("u8")));
        Assert.Equal(["1", "1", "1", "1"], ArrayFixtures.ReadAll(file.OpenArray("bool")));
        Assert.Equal("e4 F8_E4M3 [2]", file.Entries.Single(static entry => entry.Name == "e4").ToString());
        Assert.Equal($"{File}:e4 holds F8_E4M3, which is not read; float64, float32, float16, bfloat16, integers or bool were expected.",
            Assert.Throws<InvalidDataException>(() => file.OpenArray("e4")).Message);
    }

    [Theory]
    [InlineData("""{"__metadata__":{}}""")]
    [InlineData("""{"__metadata__":null}""")]
    [InlineData("""{}        """)]
    public void Nothing_at_all_is_a_file_too(string header)
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Tensors(header, 0));
        using var file = SafetensorsFile.Open(File);
        Assert.Empty(file.Entries);
        Assert.Empty(file.Metadata);
        Assert.Equal($"{File} holds no array.", Assert.Throws<InvalidDataException>(() => ArrayFile.Open(File)).Message);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2,
        "its header has two entries \"a\".")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"sh\u0061pe":[1]}}""", 1, "tensor \"a\" has shape twice.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0,
        "tensor \"a\" has shape [4294967296, 4294967296], more than any file holds.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[72.0],"data_offsets":[0,72]}}""", 72,
        "tensor \"a\" has shape [72.0]; every size is a whole number from 0 to 9223372036854775807.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "its tensors take 1 bytes, but 2 follow the header; the rest belongs to none.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", 4,
        "tensor \"a\" begins at byte 1, but the tensor before it ends at 0: there is a hole.")]
    public void Says_what_is_wrong(string header, int dataBytes, string reason)
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Tensors(header, dataBytes));
        Assert.Equal($"{File} is not a valid safetensors file: {reason}", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(File)).Message);
    }

    [Theory]
    [InlineData("80049500", "it is a pickle of Python.")]
    [InlineData("504b030400000000", "it is a ZIP archive, as .npz and torch.save write.")]
    [InlineData("3c68746d6c3e", "it is a page of HTML or XML.")]
    [InlineData("", "it has 0 bytes, but the length of the header alone takes 8.")]
    [InlineData("ffffffffffffffff7b", "its header claims 18446744073709551615 bytes; at most 100000000 are allowed.")]
    [InlineData("00e1f505000000007b", "its header claims 100000000 bytes, but only 1 follow; the file is truncated.")]
    public void Says_what_the_file_is_instead(string hex, string reason)
    {
        System.IO.File.WriteAllBytes(File, Convert.FromHexString(hex));
        Assert.Equal($"{File} is not a valid safetensors file: {reason}", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(File)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void A_header_longer_than_a_piece_is_read_across_its_edges(int blanks)
    {
        var text = new StringBuilder("{" + new string(' ', blanks) + "\"__metadata__\":{\"notes\":\"").Append('n', 150_000).Append("\"}");
        for (var i = 0; i < 3000; i++) text.Append($",\"tensor {i}\":{{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[{i},{i + 1}]}}");
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Tensors(text + "}" + new string(' ', 70_000), 3000));
        using var file = SafetensorsFile.Open(File);
        Assert.Equal(Enumerable.Range(0, 3000).Select(static i => $"tensor {i} uint8 [1]"), file.Entries.Select(static entry => entry.ToString()));
        Assert.Equal(150_000, file.Metadata["notes"].Length);
        Assert.Equal([(2999 % 256).ToString()], ArrayFixtures.ReadAll(file.OpenArray("tensor 2999")));
    }

    [Fact]
    public void A_long_header_takes_no_document_of_its_length()
    {
        // 40 MB of blanks between two entries.
        const string one = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},""", two = """ "b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""";
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Tensors(one + new string(' ', 40_000_000) + two, 2));
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = SafetensorsFile.Open(File);
        Assert.Equal(2, file.Entries.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void An_entry_that_is_none_is_not_held()
    {
        var header = "{\"a\":[" + string.Join(",", Enumerable.Repeat("[0]", 2_000_000)) + "]}";
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Tensors(header, 0));
        Assert.Equal($"{File} is not a valid safetensors file: the entry of tensor \"a\" takes more than 1048576 bytes.",
            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(File)).Message);
    }

    private static string[] Texts(Tensor tensor) => tensor switch
    {
        Tensor<byte> t => [.. t.ToArray().Select(static x => x.ToString())],
        Tensor<sbyte> t => [.. t.ToArray().Select(static x => x.ToString())],
        Tensor<short> t => [.. t.ToArray().Select(static x => x.ToString())],
        Tensor<int> t => [.. t.ToArray().Select(static x => x.ToString())],
        Tensor<long> t => [.. t.ToArray().Select(static x => x.ToString())],
        Tensor<Half> t => [.. t.ToArray().Select(static x => ((double)x).ToString("R"))],
        Tensor<float> t => [.. t.ToArray().Select(static x => ((double)x).ToString("R"))],
        Tensor<double> t => [.. t.ToArray().Select(static x => x.ToString("R"))],
        _ => throw new ArgumentException(tensor.ElementName, nameof(tensor)),
    };
}
