using System.Diagnostics;
using System.Text.Json;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class SafetensorsTests : IDisposable
{
    private const string PythonReader = """
        import json, struct, sys
        names = {"I64": "int64", "F64": "float64", "F32": "float32", "I32": "int32", "F16": "float16", "I16": "int16", "I8": "int8", "U8": "uint8"}
        file = open(sys.argv[1], "rb")
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        assert file.tell() % 8 == 0
        data = file.read()
        lines = [key + "=" + value for key, value in header.pop("__metadata__").items()]
        for name, entry in header.items():
            start, end = entry["data_offsets"]
            lines.append(f"{name}: {names[entry['dtype']]} {entry['shape']} {data[start:end].hex()}")
        print(json.dumps(sorted(lines)))
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    private string File => Path.Combine(folder.FullName, "model.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Reads_back_what_it_wrote()
    {
        Safetensors.Write(File, SafetensorsFixture.Tensors, SafetensorsFixture.Metadata);
        AssertFixture();
        Assert.Equal([File], Directory.GetFiles(folder.FullName));
    }

    [Theory]
    [InlineData("canonical.safetensors")]
    [InlineData("shuffled.safetensors")]
    public void Reads_what_Python_wrote(string name)
    {
        System.IO.File.WriteAllBytes(File, SafetensorsFixture.Embedded(name));
        AssertFixture();
    }

    [Fact]
    public void Writes_the_bytes_that_Python_wrote()
    {
        Safetensors.Write(File, SafetensorsFixture.Tensors, SafetensorsFixture.Metadata);
        Assert.Equal(SafetensorsFixture.Embedded("canonical.safetensors"), System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void Python_reads_what_it_wrote()
    {
        const string python = "/usr/bin/python3";
        if (!System.IO.File.Exists(python)) Assert.Skip($"there is no {python} on this machine");
        Safetensors.Write(File, SafetensorsFixture.Tensors, SafetensorsFixture.Metadata);
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", PythonReader, File]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        var expected = SafetensorsFixture.Tensors.Select(pair => $"{pair.Key}: {SafetensorsFixture.Describe(pair.Value)}")
            .Concat(SafetensorsFixture.Metadata.Select(pair => $"{pair.Key}={pair.Value}"));
        using var document = JsonDocument.Parse(output);
        Assert.Equal(expected.Order(StringComparer.Ordinal), document.RootElement.EnumerateArray().Select(line => line.GetString()!), StringComparer.Ordinal);
    }

    [Fact]
    public void Nothing_at_all_is_a_file_too()
    {
        Safetensors.Write(File, new Dictionary<string, Tensor>(StringComparer.Ordinal));
        Assert.Equal("\u0008\0\0\0\0\0\0\0{}      "u8.ToArray(), System.IO.File.ReadAllBytes(File));
        var (tensors, metadata) = Safetensors.Read(File);
        Assert.Empty(tensors);
        Assert.Empty(metadata);
    }

    [Fact]
    public void Tensors_longer_than_one_piece_survive()
    {
        var large = Tensor.Rand<float>([(1 << 21) + 3], new Seed(5));
        Safetensors.Write(File, SafetensorsFixture.Only("large", large));
        Assert.True(large.AsReadOnlySpan().SequenceEqual(((Tensor<float>)Safetensors.Read(File).Tensors["large"]).AsReadOnlySpan()));
    }

    [Fact]
    public void Refuses_what_the_format_cannot_hold_before_touching_the_file()
    {
        System.IO.File.WriteAllText(File, "old");
        var error = Assert.Throws<ArgumentException>(() => Safetensors.Write(File, SafetensorsFixture.Only("x", Tensor.Create<uint>([1]))));
        Assert.StartsWith("tensor \"x\" holds uint32, which a safetensors file here cannot.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => Safetensors.Write(File, SafetensorsFixture.Only("__metadata__", Tensor.Scalar(1f))));
        Assert.StartsWith("a tensor cannot be named __metadata__", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", System.IO.File.ReadAllText(File));
    }

    private void AssertFixture()
    {
        var (tensors, metadata) = Safetensors.Read(File);
        Assert.Equal(SafetensorsFixture.Tensors.Keys.Order(StringComparer.Ordinal), tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in SafetensorsFixture.Tensors)
            Assert.Equal(SafetensorsFixture.Describe(tensor), SafetensorsFixture.Describe(tensors[name]));
        Assert.Equal(SafetensorsFixture.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }
}
