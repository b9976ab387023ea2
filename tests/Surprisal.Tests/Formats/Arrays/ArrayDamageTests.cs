namespace Surprisal.Tests.Formats;

/// <summary>
/// Whatever the bytes are, a reader of arrays gives numbers or refuses in one line, in bounded memory and time. SURPRISAL_MUTATIONS=1000000
/// tries so many of each instead of twenty thousand.
/// </summary>
public sealed class ArrayDamageTests(ITestOutputHelper output) : IDisposable
{
    private const string Switch = "SURPRISAL_MUTATIONS";
    private const long MaxAllocated = 64 << 20;

    private static readonly byte[] interesting = [0, 1, 2, 3, 4, 8, 16, .. "(),09\"{"u8, 0x7F, 0x80, 0xFE, 0xFF];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    private string File => Path.Combine(folder.FullName, "a");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Damaged_npy_files_are_refused_or_read() => Mutate(nameof(NpyFile),
        [.. new[] { "<f4 C", ">f8 F", "images, Fortran", "version 2", "blanks", "empty inside", "one number" }.Select(ArrayFixtures.Npy)]);

    [Fact]
    public void Damaged_npz_files_are_refused_or_read() => Mutate(nameof(NpzFile),
        [.. new[] { "several", "compressed", "one", "objects beside" }.Select(ArrayFixtures.Npz), WrittenHere()]);

    [Fact]
    public void Damaged_safetensors_files_are_refused_or_read() => Mutate(nameof(SafetensorsFile),
        [Training.SafetensorsFixture.Embedded("canonical.safetensors"), Training.SafetensorsFixture.Embedded("shuffled.safetensors")]);

    [Theory]
    [InlineData("several")]
    [InlineData("compressed")]
    public void A_file_cut_at_any_byte_is_refused(string npz)
    {
        foreach (var whole in new[] { ArrayFixtures.Npz(npz), ArrayFixtures.Npy(">f8 F"), Training.SafetensorsFixture.Embedded("canonical.safetensors") })
            for (var length = 0; length < whole.Length; length++)
            {
                System.IO.File.WriteAllBytes(File, whole[..length]);
                Assert.Throws<InvalidDataException>(() => ReadEverything());
            }
    }

    private void Mutate(string reader, byte[][] files)
    {
        var rounds = Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } text ? int.Parse(text) : 20_000;
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"{reader}: seed {seed}, {rounds} mutations");
        var random = new Training.SeededBytes(seed);
        var read = 0;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = random.Damaged(files[random.Below(files.Length)], interesting);
            System.IO.File.WriteAllBytes(File, bytes);
            var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Environment.TickCount64);
            try
            {
                ReadEverything();
                read++;
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                if (!error.Message.StartsWith(File, StringComparison.Ordinal) || error.Message.Any(char.IsControl))
                    Assert.Fail($"{Convert.ToHexString(bytes)}: {error.Message}");
            }
            catch (Exception error)
            {
                Assert.Fail($"{Convert.ToHexString(bytes)}: {error}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
            // The machine may stand still for a while; a reader that loops does so for ever.
            if (Environment.TickCount64 - start > 60_000) Assert.Fail($"{Convert.ToHexString(bytes)} takes more than a minute");
        }
        output.WriteLine($"{read} were read");
        Assert.InRange(read, 1, rounds - 1);
    }

    /// <summary>Every array of the file that can be opened, in blocks; a file of several that refuses an array refuses in a line too.</summary>
    private void ReadEverything()
    {
        var names = new List<string?> { null };
        InvalidDataException? refusal = null;
        var start = System.IO.File.ReadAllBytes(File).AsSpan();
        if (start.StartsWith("PK"u8))
        {
            using var file = NpzFile.Open(File);
            names = [.. file.Entries.Select(static entry => entry.Name)];
        }
        else if (!start.StartsWith(NpyHeader.Magic))
        {
            using var file = SafetensorsFile.Open(File);
            names = [.. file.Entries.Select(static entry => entry.Name)];
        }
        foreach (var name in names)
            try
            {
                using var array = ArrayFile.Open(name is null ? File : $"{File}:{name}");
                // An empty array may have claimed any shape; a whole one is as long as its file.
                var block = new byte[3 * array.Type.Bytes];
                for (long first = 0; first < array.Length; first += 3)
                    array.ReadElements(first, block.AsSpan(0, (int)Math.Min(3, array.Length - first) * array.Type.Bytes));
                array.Verify();
            }
            catch (InvalidDataException error)
            {
                refusal = error;
            }
        if (refusal is not null) throw refusal;
    }

    private byte[] WrittenHere()
    {
        var (a, b) = (Tensor.Create<float>([1, 2, 3]), Tensor.Create<long>([4]));
        NpzFile.Write(File, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["a"] = a, ["b"] = b });
        return System.IO.File.ReadAllBytes(File);
    }
}
