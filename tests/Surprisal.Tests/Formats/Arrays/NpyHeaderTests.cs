namespace Surprisal.Tests.Formats;

/// <summary>Whatever is wrong with a .npy file has its sentence, which names the file, the place, what is there and what was expected.</summary>
public sealed class NpyHeaderTests : IDisposable
{
    private const string Whole = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    private string File => Path.Combine(folder.FullName, "a.npy");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("", " is no array of NumPy (.npy): it is empty.")]
    [InlineData("89504e470d0a1a0a", " is no array of NumPy (.npy): it is a PNG image.")]
    [InlineData("504b0304", " is no array of NumPy (.npy): it is a ZIP archive, as .npz and torch.save write.")]
    [InlineData("80049500", " is no array of NumPy (.npy): it is a pickle of Python.")]
    [InlineData("3c68746d6c3e", " is no array of NumPy (.npy): it is a page of HTML or XML.")]
    [InlineData("01020304", " is no array of NumPy (.npy): it begins with the bytes 01020304.")]
    [InlineData("934e554d5059", ": the header of the array goes to byte 8, but there are 6 bytes: it is cut off.")]
    [InlineData("934e554d505904007600", ": the .npy format has version 4.0; 1.0, 2.0 or 3.0 was expected.")]
    [InlineData("934e554d505900007600", ": the .npy format has version 0.0; 1.0, 2.0 or 3.0 was expected.")]
    [InlineData("934e554d505901017600", ": the .npy format has version 1.1; 1.0, 2.0 or 3.0 was expected.")]
    [InlineData("934e554d5059010010", ": the header of the array goes to byte 10, but there are 9 bytes: it is cut off.")]
    [InlineData("934e554d505902001000", ": the header of the array goes to byte 12, but there are 10 bytes: it is cut off.")]
    [InlineData("934e554d505901001000", ": the header of the array goes to byte 26, but there are 10 bytes: it is cut off.")]
    [InlineData("934e554d505901001127", ": the header of the array claims 10001 bytes; at most 10000 are read.")]
    [InlineData("934e554d50590200ffffffff", ": the header of the array claims 4294967295 bytes; at most 10000 are read.")]
    public void Says_what_is_wrong_with_the_bytes(string hex, string reason) => AssertRefused(Convert.FromHexString(hex), reason);

    [Theory]
    [InlineData("[]", "damaged at byte 10: '[' stands there, '{' was expected.")]
    [InlineData("{}", "has no descr.")]
    [InlineData("{'descr': '<f4', 'shape': (2, 3)}", "has no fortran_order.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "has no shape.")]
    [InlineData("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': ()}", "has descr twice, the second time at byte 27.")]
    [InlineData("{'dtype': '<f4'}", "damaged at byte 11: ''' stands there, descr, fortran_order or shape was expected.")]
    [InlineData("{'descr' '<f4'}", "damaged at byte 19: ''' stands there, ':' was expected.")]
    [InlineData("{'descr': '<f4' 'shape': ()}", "damaged at byte 26: ''' stands there, ',' was expected.")]
    [InlineData("{'descr': <f4}", "damaged at byte 20: '<' stands there, a type, as '<f4', in quotes was expected.")]
    [InlineData("{'descr': '<f4", "damaged at byte 24: the header ends, the quote at the end was expected.")]
    [InlineData("{'descr': '<\\x664'}", "damaged at byte 22: '\\' stands there, a plain character was expected.")]
    [InlineData("{'descr': '<f' '4'}", "damaged at byte 25: ''' stands there, ',' was expected.")]
    [InlineData("{'descr': b'<f4'}", "damaged at byte 20: 'b' stands there, a type, as '<f4', in quotes was expected.")]
    [InlineData("{'descr': '<é4'}", "damaged at byte 22: the byte E9 stands there, a plain character was expected.")]
    [InlineData("{'fortran_order': 0}", "damaged at byte 28: '0' stands there, True or False was expected.")]
    [InlineData("{'fortran_order': false}", "damaged at byte 28: 'f' stands there, True or False was expected.")]
    [InlineData("{'shape': [2, 3]}", "damaged at byte 20: '[' stands there, '(' was expected.")]
    [InlineData("{'shape': (6)}", "damaged at byte 22: ')' stands there, a comma (one size alone is no tuple) was expected.")]
    [InlineData("{'shape': (,)}", "damaged at byte 21: ',' stands there, a size of 0 or more was expected.")]
    [InlineData("{'shape': (2,, 3)}", "damaged at byte 23: ',' stands there, a size of 0 or more was expected.")]
    [InlineData("{'shape': (-1, 3)}", "damaged at byte 21: '-' stands there, a size of 0 or more was expected.")]
    [InlineData("{'shape': (+6,)}", "damaged at byte 21: '+' stands there, a size of 0 or more was expected.")]
    [InlineData("{'shape': (0x6,)}", "damaged at byte 22: 'x' stands there, ',' was expected.")]
    [InlineData("{'shape': (06,)}", "damaged at byte 21: '0' stands there, a size without leading zeros was expected.")]
    [InlineData("{'shape': (1.5,)}", "damaged at byte 22: '.' stands there, ',' was expected.")]
    [InlineData("{'shape': (1+5,)}", "damaged at byte 22: '+' stands there, ',' was expected.")]
    [InlineData("{'shape': (1_0,)}", "damaged at byte 22: '_' stands there, ',' was expected.")]
    [InlineData("{'shape': ((2), 3)}", "damaged at byte 21: '(' stands there, a size of 0 or more was expected.")]
    [InlineData("{ # no\n'shape': ()}", "damaged at byte 12: '#' stands there, a key in quotes was expected.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}",
        "damaged at byte 64: ''' stands there, descr, fortran_order or shape was expected.")]
    [InlineData(Whole + "\0\0", "damaged at byte 69: the byte 00 stands there, the end of the header was expected.")]
    [InlineData(Whole + "}", "damaged at byte 69: '}' stands there, the end of the header was expected.")]
    [InlineData("", "damaged at byte 10: the header ends, '{' was expected.")]
    public void Says_what_is_wrong_with_the_header(string header, string reason) =>
        AssertRefused(ArrayFixtures.Npy(header, 24), $": the header of the array {(reason.StartsWith("has", StringComparison.Ordinal) ? "" : "is ")}{reason}");

    [Theory]
    [InlineData("(99999999999999999999,)", ": the size at byte 61 of the shape is more than 9223372036854775807.")]
    [InlineData("(9223372036854775808,)", ": the size at byte 61 of the shape is more than 9223372036854775807.")]
    [InlineData("(4294967296, 4294967296)", ": the shape [4294967296, 4294967296] at byte 60 is more than any file holds.")]
    [InlineData("(6148914691236517206, 3)", ": the shape [6148914691236517206, 3] at byte 60 is more than any file holds.")]
    [InlineData("(0, 4294967296, 4294967296)", ": the shape [0, 4294967296, 4294967296] at byte 60 is more than any file holds.")]
    [InlineData("(4611686018427387904,)", ": the header promises [4611686018427387904], more bytes than any file has.")]
    [InlineData("(0, 4611686018427387904)", ": the header promises [0, 4611686018427387904], more bytes than any file has.")]
    [InlineData("(2147483648, 1000)",
        ": the header promises float32 [2147483648, 1000], 8589934592000 bytes from byte 79 on, but 24 are there: it is cut off.")]
    [InlineData("(7,)", ": the header promises float32 [7], 28 bytes from byte 65 on, but 24 are there: it is cut off.")]
    [InlineData("(5,)", ": the header promises float32 [5], 20 bytes from byte 65 on, but 24 are there: 4 from byte 85 on belong to nothing; " +
        "one array a file was expected.")]
    [InlineData("()", ": the header promises float32 [], 4 bytes from byte 63 on, but 24 are there: 20 from byte 67 on belong to nothing; " +
        "one array a file was expected.")]
    [InlineData("(0,)", ": the header promises float32 [0], 0 bytes from byte 65 on, but 24 are there: 24 from byte 65 on belong to nothing; " +
        "one array a file was expected.")]
    [InlineData("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,6)",
        ": the shape has more than 32 axes at byte 125; NumPy has none of them.")]
    public void Says_what_is_wrong_with_the_shape(string shape, string reason) =>
        AssertRefused(ArrayFixtures.Npy($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}", 24), reason);

    [Theory]
    [InlineData("'|O'", "objects of Python (a pickle), descr '|O'")]
    [InlineData("'|S3'", "byte strings, descr '|S3'")]
    [InlineData("'<U5'", "text, descr '<U5'")]
    [InlineData("'|V8'", "raw bytes (void), descr '|V8'")]
    [InlineData("'<M8[ns]'", "dates, descr '<M8[ns]'")]
    [InlineData("'<m8[s]'", "lengths of time, descr '<m8[s]'")]
    [InlineData("'<c8'", "complex numbers, descr '<c8'")]
    [InlineData("'<f16'", "long doubles, descr '<f16'")]
    [InlineData("'<f12'", "long doubles, descr '<f12'")]
    [InlineData("'float32'", "an unknown type, descr 'float32'")]
    [InlineData("'int'", "an unknown type, descr 'int'")]
    [InlineData("'?'", "an unknown type, descr '?'")]
    [InlineData("''", "an unknown type, descr ''")]
    [InlineData("'<'", "an unknown type, descr '<'")]
    [InlineData("'aaaaaaaaaaaaaaaaaaaaaaaaaaa'", "byte strings, descr 'aaaaaaaaaaaaaaaaaaaa...'")]
    public void Names_a_type_that_is_not_read(string description, string kind) =>
        AssertRefused(ArrayFixtures.Npy($"{{'descr': {description}, 'fortran_order': False, 'shape': (6,)}}", 24),
            $" holds {kind}; float16, float32, float64, integers or bool were expected.");

    [Theory]
    [InlineData("<V2")]
    [InlineData("|V1")]
    [InlineData("<f1")]
    public void Says_what_to_do_with_the_types_of_ml_dtypes(string description) =>
        AssertRefused(ArrayFixtures.Npy($"{{'descr': '{description}', 'fortran_order': False, 'shape': (6,)}}", 12),
            $" holds what may be bfloat16 or numbers of 8 bits, which the format cannot name, descr '{description}'; float16, float32, float64, " +
            "integers or bool were expected. Save it as float32, or in a safetensors file.");

    [Theory]
    [InlineData("[('a', '<f4'), ('b', '<i8')]", " holds records of several fields (structured); numbers of one type were expected.")]
    [InlineData("('<f4', (2,))", " holds arrays as elements (subarray); numbers of one type were expected.")]
    public void Names_types_of_several_numbers(string description, string reason) =>
        AssertRefused(ArrayFixtures.Npy($"{{'descr': {description}, 'fortran_order': False, 'shape': (6,)}}", 24), reason);

    [Fact]
    public void Long_sizes_of_Python_2_end_with_version_2()
    {
        const string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L)}";
        foreach (var version in new[] { 1, 2 })
        {
            System.IO.File.WriteAllBytes(File, ArrayFixtures.Npy(header, 24, version));
            using var array = NpyFile.Open(File);
            Assert.Equal([2, 3], array.Shape);
        }
        AssertRefused(ArrayFixtures.Npy(header, 24, 3), ": the header of the array is damaged at byte 64: 'L' stands there, ',' was expected.");
    }

    [Fact]
    public void A_header_of_ten_thousand_bytes_is_read()
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Npy(Whole.PadRight(10_000), 24));
        using var array = NpyFile.Open(File);
        Assert.Equal([2, 3], array.Shape);
    }

    [Fact]
    public void Two_arrays_in_one_file_are_refused()
    {
        var one = ArrayFixtures.Npy("<f4 C");
        AssertRefused([.. one, .. one], $": the header promises float32 [3, 4], 48 bytes from byte 128 on, but 224 are there: 176 from byte 176 on belong to " +
            "nothing; one array a file was expected.");
    }

    [Fact]
    public void A_pipe_with_too_few_or_too_many_bytes_is_refused_with_its_last_number()
    {
        var whole = ArrayFixtures.Npy(Whole, 24);
        var error = Assert.Throws<InvalidDataException>(() => ReadAll(whole[..^1]));
        Assert.Equal("pipe: the data ends at byte 92 of 93: it is cut off.", error.Message);
        error = Assert.Throws<InvalidDataException>(() => ReadAll([.. whole, 0]));
        Assert.Equal("pipe: more bytes follow the 93 that were expected; they belong to nothing.", error.Message);
        error = Assert.Throws<InvalidDataException>(() => ReadAll(whole[..9]));
        Assert.Equal("pipe: the data ends at byte 9, within the header of the array: it is cut off.", error.Message);
        ReadAll(whole);
    }

    private static void ReadAll(byte[] bytes)
    {
        using var array = NpyFile.Open(new MemoryStream(bytes), "pipe");
        array.Read(0, new float[6]);
    }

    private void AssertRefused(byte[] bytes, string reason)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.Equal(File + reason, Assert.Throws<InvalidDataException>(() => NpyFile.Open(File)).Message);
    }
}
