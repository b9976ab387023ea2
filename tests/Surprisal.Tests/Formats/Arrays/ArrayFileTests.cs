namespace Surprisal.Tests.Formats;

/// <summary>The first bytes say which file it is, a name after a colon which array; what can be meant twice is refused.</summary>
public sealed class ArrayFileTests : IDisposable
{
    private static readonly byte[] npy = ArrayFixtures.Npy("<f4 C"), npz = ArrayFixtures.Npz("several"), one = ArrayFixtures.Npz("one");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("a.csv", "", "float32 [3, 4]")]
    [InlineData("a.npy", "npz:logits", "float32 [3, 2]")]
    [InlineData("a", "npz:a/b", "int64 [4]")]
    [InlineData("a:b", "npz:logits", "float32 [3, 2]")]
    [InlineData("a.safetensors", "one", "float32 [2, 2]")]
    [InlineData("a.npz", "one:arr_0", "float32 [2, 2]")]
    [InlineData("a.npz", "tensors:größe", "uint8 [1]")]
    [InlineData("a.npz", "tensors:a.weight", "float32 [2, 3]")]
    public void The_first_bytes_decide_and_not_the_name(string file, string kind, string expected)
    {
        var bytes = kind.Split(':')[0] switch
        {
            "npz" => npz,
            "one" => one,
            "tensors" => Training.SafetensorsFixture.Embedded("canonical.safetensors"),
            _ => npy,
        };
        using var array = ArrayFile.Open(Write(file, bytes) + string.Concat(kind.SkipWhile(static letter => letter != ':')));
        Assert.Equal(expected, $"{array.Type} {StoredShape.Format(array.Shape)}");
        ArrayFixtures.ReadAll(array);
    }

    [Fact]
    public void The_file_is_closed_with_the_array()
    {
        var path = Write("a.npz", one);
        var array = ArrayFile.Open(path);
        array.Read<float>(0, new float[4]);
        array.Dispose();
        Assert.Throws<ObjectDisposedException>(() => array.Read<float>(0, new float[4]));
        // Nobody holds it any more.
        using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void A_file_of_the_whole_name_comes_first()
    {
        Write("a.npz", npz);
        var whole = Write("a.npz:logits", npy);
        using var array = ArrayFile.Open(whole);
        Assert.Equal([3, 4], array.Shape);
    }

    [Fact]
    public void Colons_may_stand_in_names_of_arrays_and_of_files()
    {
        var path = Path.Combine(folder.FullName, "c:d");
        NpzFile.Write(path, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["xx:y"] = Tensor.Zeros<float>([2]), ["y"] = Tensor.Zeros<float>([3]) });
        using var array = ArrayFile.Open(path + ":xx:y");
        Assert.Equal([2], array.Shape);
        using var other = ArrayFile.Open(path + ":y");
        Assert.Equal([3], other.Shape);
    }

    [Fact]
    public void Several_candidates_are_listed_and_none_is_guessed()
    {
        var path = Write("a.npz", npz);
        Assert.Equal($"{path} holds 4 arrays (logits float32 [3, 2], a/b int64 [4], empty float64 [0, 2], turned float64 [3, 4]); " +
            $"name one of them, as {path}:logits.",
            Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path)).Message);
        Assert.Equal($"{path} holds no array \"Logits\"; it holds logits float32 [3, 2], a/b int64 [4], empty float64 [0, 2], turned float64 [3, 4].",
            Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path + ":Logits")).Message);
    }

    [Fact]
    public void A_long_list_is_cut()
    {
        var path = Path.Combine(folder.FullName, "a.safetensors");
        Safetensors.Write(path, Enumerable.Range(10, 30).ToDictionary(static i => $"t{i}", static _ => (Tensor)Tensor.Scalar(1f), StringComparer.Ordinal));
        var list = string.Join(", ", Enumerable.Range(10, 20).Select(static i => $"t{i} float32 []"));
        Assert.Equal($"{path} holds 30 arrays ({list} and 10 more); name one of them, as {path}:t10.",
            Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path)).Message);
    }

    [Fact]
    public void What_is_not_read_is_no_candidate()
    {
        var path = Write("a.npz", ArrayFixtures.Npz("objects beside"));
        using (var array = ArrayFile.Open(path)) Assert.Equal($"{path}:logits", array.Name);
        const string header = """{"a":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"F32","shape":[1],"data_offsets":[3,7]}}""";
        path = Write("a.safetensors", ArrayFixtures.Tensors(header, 7));
        using (var array = ArrayFile.Open(path)) Assert.Equal($"{path}:b", array.Name);
        path = Write("b.safetensors", ArrayFixtures.Tensors("""{"a":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]}}""", 3));
        Assert.Equal($"{path} holds no array that is read: a F8_E4M3 [3]; float64, float32, float16, bfloat16, integers or bool were expected.",
            Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path)).Message);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("3c21444f43545950452068746d6c3e", "it is a page of HTML or XML")]
    [InlineData("76657273696f6e2068747470733a2f2f6769742d6c66732e6769746875622e636f6d2f737065632f7631",
        "it is a pointer of Git LFS: the data itself was not fetched ('git lfs pull' does)")]
    [InlineData("80049500", "it is a pickle of Python")]
    [InlineData("1f8b0800", "it is gzip data")]
    [InlineData("00000018667479706865696300000000", "it is a HEIC image")]
    [InlineData("00000018667479706176696600000000", "it is an AVIF image")]
    [InlineData("312c322c33", "it begins with the bytes 312C322C33")]
    public void Says_what_the_file_is(string hex, string kind)
    {
        var path = Write("a.npy", Convert.FromHexString(hex));
        Assert.Equal($"{path}: {kind}; an array of NumPy (.npy), a file of them (.npz) or a safetensors file was expected.",
            Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path)).Message);
    }

    [Fact]
    public void Says_what_an_archive_is_that_holds_no_array()
    {
        var path = Write("a.pt", new ZipBytes().Add(new("archive/data.pkl", [1])).ToArray());
        Assert.Equal($"{path} is a ZIP archive without arrays of NumPy (.npy), with a pickle of Python: as torch.save writes.",
            Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path)).Message);
        path = Write("a.zip", new ZipBytes().ToArray());
        Assert.Equal($"{path} is a ZIP archive without arrays of NumPy (.npy).", Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path)).Message);
        path = Write("a.npy", npy);
        Assert.Equal($"{path} holds one array without a name (.npy); it has no \"x\".",
            Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path + ":x")).Message);
    }

    [Fact]
    public void Names_a_file_that_is_not_there()
    {
        var path = Path.Combine(folder.FullName, "a.npz:x");
        Assert.Equal($"{path}: there is no such file; an array of NumPy (.npy), a file of them (.npz) or a safetensors file was expected.",
            Assert.Throws<FileNotFoundException>(() => ArrayFile.Open(path)).Message);
        Assert.Equal($"{folder.FullName}: this is a folder; an array of NumPy (.npy), a file of them (.npz) or a safetensors file was expected.",
            Assert.Throws<FileNotFoundException>(() => ArrayFile.Open(folder.FullName)).Message);
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
