using System.Diagnostics;
using System.Text;

namespace Surprisal.Tests.Formats;

/// <summary>Archives of NumPy give the arrays that NumPy reads, and NumPy those that are written here.</summary>
public sealed class NpzFileTests : IDisposable
{
    private static readonly byte[] array = ArrayFixtures.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public static TheoryData<string> Names => ArrayFixtures.NpzNames;

    private string File => Path.Combine(folder.FullName, "a.npz");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_what_NumPy_reads(string name)
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Npz(name));
        var expected = ArrayFixtures.ExpectedArrays(name);
        using var file = NpzFile.Open(File);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), file.Entries.Where(static entry => entry.IsReadable).Select(static entry => entry.Name)
            .Order(StringComparer.Ordinal));
        foreach (var (key, one) in expected)
        {
            using var read = file.OpenArray(key);
            Assert.Equal(one.Type, read.Type.Name);
            Assert.Equal(one.Shape, read.Shape);
            Assert.Equal($"{File}:{key}", read.Name);
            Assert.Equal(name != "compressed" || key == "turned", read.CanSeek);
            Assert.Equal(one.Values, ArrayFixtures.ReadAll(read, 3));
            read.Verify();
            using var verified = file.OpenArray(key);
            verified.Verify();
        }
    }

    [Fact]
    public void Lists_what_cannot_be_read_and_says_why()
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Npz("objects beside"));
        using var file = NpzFile.Open(File);
        Assert.Equal(["names (not read)", "logits float32 [2, 2]"], file.Entries.Select(static entry => entry.ToString()));
        Assert.Equal($"{File}:names holds objects of Python (a pickle), descr '|O'; float16, float32, float64, integers or bool were expected.",
            file.Entries[0].Refusal);
        Assert.Equal(file.Entries[0].Refusal, Assert.Throws<InvalidDataException>(() => file.OpenArray("names")).Message);
        Assert.Equal($"{File} holds no array \"logit\"; it holds names (not read), logits float32 [2, 2].",
            Assert.Throws<InvalidDataException>(() => file.OpenArray("logit")).Message);
    }

    [Fact]
    public void Zeros_deflated_a_thousandfold_are_read_in_constant_memory()
    {
        System.IO.File.WriteAllBytes(File, ArrayFixtures.Deflated);
        using var file = NpzFile.Open(File);
        using var zeros = file.OpenArray("zeros");
        var row = Enumerable.Repeat(1f, 5000).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var r = 0; r < 1000; r++)
        {
            zeros.Read<float>(r * 5000, row);
            Assert.True(row.AsSpan().IndexOfAnyExcept(0f) < 0);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
        var error = Assert.Throws<InvalidOperationException>(() => zeros.Read<float>(0, row));
        Assert.Equal($"{File}:zeros is read in order, from the front to the back, for it is compressed or comes through a pipe: byte 128 was asked for " +
            "after byte 20000128; open it again.", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_wrong_checksum_comes_with_the_last_number(int method)
    {
        System.IO.File.WriteAllBytes(File, new ZipBytes().Add(new("x.npy", array) { Method = (ushort)method, Crc = 0x01020304 }).ToArray());
        var expected = $"{File}:x: damaged: the checksum of its {array.Length} bytes is {ZipBytes.Crc(array):X8}; 01020304 was expected.";
        using var file = NpzFile.Open(File);
        using var read = file.OpenArray("x");
        var numbers = new float[5];
        read.Read<float>(0, numbers);
        for (var again = 0; again < 2; again++)
            Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => read.Read<float>(5, numbers.AsSpan(0, 1))).Message);
        using var other = file.OpenArray("x");
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(other.Verify).Message);
    }

    [Fact]
    public void Numbers_read_from_anywhere_are_verified_at_the_end()
    {
        System.IO.File.WriteAllBytes(File, new ZipBytes().Add(new("x.npy", array) { Crc = 1 }).ToArray());
        using var file = NpzFile.Open(File);
        using var read = file.OpenArray("x");
        read.Read<float>(3, new float[3]);
        read.Read<float>(0, new float[2]);
        Assert.Throws<InvalidDataException>(read.Verify);
    }

    [Fact]
    public void Members_that_are_no_arrays_gaps_and_comments_are_passed_over()
    {
        var bytes = new ZipBytes { Comment = "made by hand" }.Add(new("readme.txt", "no"u8.ToArray())).Add(new("a/", [])).Add(new(".npy", []))
            .Add(new("a/b.npy", array)).ToArray(gap: 100);
        System.IO.File.WriteAllBytes(File, bytes);
        using var file = NpzFile.Open(File);
        Assert.Equal(["a/b float32 [2, 3]"], file.Entries.Select(static entry => entry.ToString()));
    }

    [Fact]
    public void Reads_back_what_it_wrote_and_so_does_NumPy()
    {
        var arrays = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["logits"] = Tensor.Create<float>([1, 2, 3, 4, 5, 6], [3, 2]), ["größe/n"] = Tensor.Create<long>([7, -1]), ["one"] = Tensor.Scalar(0.5),
            ["half"] = Tensor.Create<Half>([(Half)0.5f]), ["none"] = Tensor.Zeros<byte>([0, 3]),
        };
        NpzFile.Write(File, arrays);
        var first = System.IO.File.ReadAllBytes(File);
        NpzFile.Write(File, arrays.Reverse().ToDictionary(StringComparer.Ordinal));
        Assert.Equal(first, System.IO.File.ReadAllBytes(File));
        using (var file = NpzFile.Open(File))
        {
            Assert.Equal(["größe/n int64 [2]", "half float16 [1]", "logits float32 [3, 2]", "none uint8 [0, 3]", "one float64 []"],
                file.Entries.Select(static entry => entry.ToString()));
            Assert.Equal(["1", "2", "3", "4", "5", "6"], ArrayFixtures.ReadAll(file.OpenArray("logits")));
        }

        const string python = "/usr/bin/python3";
        if (!System.IO.File.Exists(python)) Assert.Skip($"there is no {python} on this machine");
        const string code = """
            import sys, zipfile
            try: import numpy
            except ImportError: sys.exit(7)
            assert zipfile.ZipFile(sys.argv[1]).testzip() is None
            a = numpy.load(sys.argv[1])
            keys = ["logits", "gr\u00f6\u00dfe/n", "one", "half", "none"]
            print(repr([(k, str(a[k].dtype), a[k].shape, a[k].tolist()) for k in keys]).encode("ascii", "replace"))
            """;
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", code, File]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 7) Assert.Skip("there is no NumPy on this machine");
        Assert.Equal("b\"[('logits', 'float32', (3, 2), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), ('gr??e/n', 'int64', (2,), [7, -1]), " +
            "('one', 'float64', (), 0.5), ('half', 'float16', (1,), [0.5]), ('none', 'uint8', (0, 3), [])]\"\n", output);
    }

    [Fact]
    public void Refuses_to_write_what_the_format_cannot_hold()
    {
        Assert.StartsWith("array \"x\" holds bfloat16, which a .npz file cannot; write it as float32, or a safetensors file.",
            Assert.Throws<ArgumentException>(() => NpzFile.Write(File, Only("x", Tensor.Zeros<BFloat16>([1])))).Message, StringComparison.Ordinal);
        Assert.StartsWith("the name of the array \"../x\" leads out of its folder.",
            Assert.Throws<ArgumentException>(() => NpzFile.Write(File, Only("../x", Tensor.Zeros<float>([1])))).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void The_checksum_is_that_of_its_definition()
    {
        // The check value that every catalogue of checksums gives.
        var known = default(Crc32);
        known.Add("123456789"u8);
        Assert.Equal(0xCBF43926u, known.Value);
        var bytes = new Training.SeededBytes(7).Bytes(1000);
        for (var cut = 0; cut < 40; cut++)
        {
            var crc = default(Crc32);
            crc.Add(bytes.AsSpan(0, cut));
            crc.Add(bytes.AsSpan(cut));
            Assert.Equal(ZipBytes.Crc(bytes), crc.Value);
        }
    }

    private static Dictionary<string, Tensor> Only(string name, Tensor tensor) => new(StringComparer.Ordinal) { [name] = tensor };
}
