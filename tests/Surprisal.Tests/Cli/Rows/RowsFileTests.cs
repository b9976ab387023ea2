using System.IO.Compression;
using Surprisal.Cli.Rows;
using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Cli.Rows;

/// <summary>Files of rows: read by the library and by the system's archive, in order and damaged.</summary>
public sealed class RowsFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rows-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(true, 1000)]
    [InlineData(false, 1000)]
    [InlineData(true, 0)]
    public void WhatIsWrittenInPiecesIsReadWhole(bool isSingle, int rows)
    {
        var (losses, outcomes) = Draw(rows, 3);
        var file = Write("r.npz", losses, outcomes, first: 5, isSingle);
        Assert.Equal(file, RowsFile.Read(file.Path));
        using (var npz = NpzFile.Open(file.Path))
        {
            Assert.Equal(["loss", "outcome", "first_row", "target_digest"], npz.Entries.Select(static entry => entry.Name));
            using var stored = npz.OpenArray("loss");
            Assert.Equal(isSingle ? "float32" : "float64", stored.Type.Name);
            var read = new double[rows];
            stored.Read(0, read);
            stored.Verify();
            Assert.Equal(isSingle ? [.. losses.Select(static loss => (double)(float)loss)] : losses, read);
            using var first = npz.OpenArray("first_row");
            var number = new long[1];
            first.Read(0, number);
            Assert.Equal((5, 0), (number[0], first.Shape.Count));
        }
        using var archive = ZipFile.OpenRead(file.Path); // reads sizes and offsets from the extension for large files
        using var member = archive.GetEntry("outcome.npy")!.Open();
        using var bytes = new MemoryStream();
        member.CopyTo(bytes);
        Assert.Equal(Array.ConvertAll(outcomes, static outcome => (byte)outcome), bytes.ToArray()[^rows..]);
    }

    [Fact]
    public void FilesThatFollowEachOtherAreOne()
    {
        var (losses, outcomes) = Draw(100, 4);
        RowsFile[] parts = [Part("c", 61, 100), Part("a", 0, 7), Part("e", 7, 7), Part("b", 7, 61)];
        using (var all = new RowSequence(parts))
        {
            Assert.Equal((0, 100, 7, 54, 0), (all.FirstRow, all.Rows, all.Left(0), all.Left(7), all.Left(100)));
            var (x, y) = (new double[54], new RowOutcome[54]);
            all.Read(7, x, y);
            Assert.Equal(losses[7..61], x);
            Assert.Equal(outcomes[7..61], y);
        }
        Assert.Equal($"{parts[0].Path} begins with row 61, but row 7 was expected: files of rows follow each other.",
            Assert.Throws<InvalidDataException>(() => new RowSequence([parts[0], parts[1]])).Message);
        Assert.Throws<InvalidDataException>(() => new RowSequence([parts[1], parts[1]]));

        RowsFile Part(string name, int first, int end) => Write(name, losses[first..end], outcomes[first..end], first, isSingle: false);
    }

    [Fact]
    public void AnotherFileIsRefusedAndADamagedOneFound()
    {
        var (losses, outcomes) = Draw(500, 5);
        var file = Write("r.npz", losses, outcomes, 0, isSingle: false);
        Assert.NotEqual(file.Digest, Write("s.npz", losses, [.. outcomes[1..], outcomes[0]], 0, isSingle: false).Digest);
        var bytes = File.ReadAllBytes(file.Path);
        bytes[2000] ^= 1;
        File.WriteAllBytes(file.Path, bytes);
        using (var rows = new RowsReader(file.Path))
            Assert.Contains("checksum", Assert.Throws<InvalidDataException>(() => rows.Read(0, new double[500], new RowOutcome[500])).Message,
                StringComparison.Ordinal);
        var other = Path.Combine(folder, "other.npz");
        NpzFile.Write(other, new Dictionary<string, Tensor> { ["loss"] = Tensor.Zeros<float>([3]) });
        Assert.Equal($"{other} is no file of rows; one that 'surprisal evaluate --rows' wrote was expected, with loss, outcome and first_row.",
            Assert.Throws<InvalidDataException>(() => RowsFile.Read(other)).Message);
    }

    private static (double[] Losses, RowOutcome[] Outcomes) Draw(int rows, long seed)
    {
        var random = new RandomStream(seed);
        return ([.. Enumerable.Range(0, rows).Select(_ => random.Normal())], [.. Enumerable.Range(0, rows).Select(_ => (RowOutcome)random.Below(5))]);
    }

    private RowsFile Write(string name, double[] losses, RowOutcome[] outcomes, long first, bool isSingle)
    {
        var path = Path.Combine(folder, name);
        using var stream = File.Create(path);
        var writer = new RowsWriter(stream, losses.Length, first, isSingle);
        for (var i = 0; i < losses.Length; i += 33)
            writer.Add(losses.AsSpan(i..Math.Min(i + 33, losses.Length)), outcomes.AsSpan(i..Math.Min(i + 33, losses.Length)));
        return writer.Finish(path, digest: 77);
    }
}
