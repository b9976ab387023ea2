using System.Diagnostics;

namespace Surprisal.Tests.Formats;

/// <summary>Files of NumPy give the numbers that NumPy reads, and NumPy reads what is written here.</summary>
public sealed class NpyFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public static TheoryData<string> Names => ArrayFixtures.NpyNames;

    private string File => Path.Combine(folder.FullName, "array.npy");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_what_NumPy_reads(string name)
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Npy(name));
        var expected = ArrayFixtures.Expected(name);
        using var array = NpyFile.Open(File);
        Assert.Equal(expected.Type, array.Type.Name);
        Assert.Equal(expected.Shape, array.Shape);
        Assert.Equal(File, array.Name);
        Assert.True(array.CanSeek);
        if (name == "<u8 C" || name == "<u8 F" || name == ">u8 C" || name == ">u8 F") AssertUnsigned(array, expected.Values);
        else
            foreach (var block in new[] { 1, 3, 5, 1 << 16 }) Assert.Equal(expected.Values, ArrayFixtures.ReadAll(array, block));
        array.Verify();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_the_same_through_a_pipe(string name)
    {
        var expected = ArrayFixtures.Expected(name);
        if (expected.Type == "uint64") return;
        using var array = NpyFile.Open(new Unseekable(ArrayFixtures.Npy(name)), "pipe");
        Assert.Equal(expected.Shape, array.Shape);
        Assert.Equal(expected.Values, ArrayFixtures.ReadAll(array, 5));
    }

    [Theory]
    [InlineData("<f4 C", "float32 [3, 4]")]
    [InlineData("one number", "float64 []")]
    public void Says_what_it_is(string name, string text)
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Npy(name));
        using var array = NpyFile.Open(File);
        Assert.Equal($"{File}: {text}", array.ToString());
    }

    [Theory]
    [InlineData("<f4 C")]
    [InlineData("<f8 C")]
    [InlineData("<f2 C")]
    [InlineData("<i8 C")]
    [InlineData("<i1 C")]
    [InlineData("<u2 C")]
    [InlineData("<u8 C")]
    [InlineData("empty")]
    [InlineData("vector")]
    [InlineData("one number")]
    [InlineData("images, C")]
    [InlineData("32 axes")]
    public void Writes_the_bytes_that_NumPy_writes(string name)
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Npy(name));
        using (var array = NpyFile.Open(File))
            _ = array.Type.Name switch
            {
                "float32" => Copy<float>(array),
                "float64" => Copy<double>(array),
                "float16" => Copy<Half>(array),
                "int64" => Copy<long>(array),
                "int16" => Copy<short>(array),
                "int8" => Copy<sbyte>(array),
                "uint8" => Copy<byte>(array),
                "uint16" => Copy<ushort>(array),
                _ => Copy<ulong>(array),
            };
        Assert.Equal(ArrayFixtures.Npy(name), System.IO.File.ReadAllBytes(File + ".whole"));
        Assert.Equal(ArrayFixtures.Npy(name), System.IO.File.ReadAllBytes(File + ".pieces"));
    }

    [Fact]
    public void NumPy_reads_what_it_wrote()
    {
        const string python = "/usr/bin/python3";
        if (!System.IO.File.Exists(python)) Assert.Skip($"there is no {python} on this machine");
        const string code = """
            import sys
            try: import numpy
            except ImportError: sys.exit(7)
            a = numpy.load(sys.argv[1])
            print(a.dtype, a.shape, a.tolist())
            """;
        NpyFile.Write<int>(File, [1, -2, 3, 4, 5, 6], [3, 2]);
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", code, File]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 7) Assert.Skip("there is no NumPy on this machine");
        Assert.Equal("int32 (3, 2) [[1, -2], [3, 4], [5, 6]]\n", output);
    }

    [Fact]
    public void A_writer_that_gives_too_few_or_too_many_leaves_what_was_there()
    {
        System.IO.File.WriteAllText(File, "old");
        var few = Assert.Throws<InvalidOperationException>(() => NpyFile.Write<float>(File, [2, 3], static writer => writer.Write(new float[5])));
        Assert.Equal($"{File}: 5 numbers were written, but the shape holds 6.", few.Message);
        var many = Assert.Throws<InvalidOperationException>(() => NpyFile.Write<float>(File, [2, 3], static writer =>
        {
            writer.Write(new float[4]);
            Assert.Equal((4, 6), (writer.Position, writer.Length));
            writer.Write(new float[3]);
        }));
        Assert.Equal($"{File}: 3 numbers after 4 are more than the 6 that the shape holds.", many.Message);
        Assert.Equal("old", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Refuses_what_the_format_cannot_hold_before_touching_the_file()
    {
        System.IO.File.WriteAllText(File, "old");
        Assert.Equal("a .npy file cannot hold bfloat16; write it as float32, or a safetensors file.",
            Assert.Throws<ArgumentException>(() => NpyFile.Write<BFloat16>(File, [(BFloat16)1f], [1])).Message);
        Assert.StartsWith("there are 3 values, but the shape [2, 2] holds 4.",
            Assert.Throws<ArgumentException>(() => NpyFile.Write<float>(File, [1, 2, 3], [2, 2])).Message, StringComparison.Ordinal);
        Assert.StartsWith("[-1] is no shape: 32 sizes of 0 or more at most, and a file holds their product.",
            Assert.Throws<ArgumentException>(() => NpyFile.Write<float>(File, [], [-1])).Message, StringComparison.Ordinal);
        Assert.Equal("old", System.IO.File.ReadAllText(File));
    }

    private static int Copy<T>(StoredArray array)
        where T : unmanaged, INumber<T>
    {
        var numbers = new T[array.Length];
        array.Read<T>(0, numbers);
        long[] shape = [.. array.Shape];
        NpyFile.Write<T>(array.Name + ".whole", numbers, shape);
        NpyFile.Write<T>(array.Name + ".pieces", shape, writer =>
        {
            foreach (var number in numbers) writer.Write([number]);
        });
        return numbers.Length;
    }

    private static void AssertUnsigned(StoredArray array, string[] expected)
    {
        var numbers = new ulong[array.Length];
        array.Read<ulong>(0, numbers);
        Assert.Equal(expected, numbers.Select(static number => number.ToString()));
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(3, buffer.Length)]);
    }
}
