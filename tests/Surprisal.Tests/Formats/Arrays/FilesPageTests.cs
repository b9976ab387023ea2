using F = Surprisal.Functional;

namespace Surprisal.Tests.Formats;

/// <summary>The code of docs/files.md runs.</summary>
public sealed class FilesPageTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_loss_of_files_in_blocks()
    {
        var (rows, classes) = (1000, 7);
        var (all, labels) = (Tensor.Randn<float>([rows, classes], new Seed(3)), Enumerable.Range(0, rows).Select(static i => (long)(i % 7)).ToArray());
        var (logitsPath, targetsPath) = (Path.Combine(folder.FullName, "logits.npy"), Path.Combine(folder.FullName, "eval.npz:targets"));
        NpyFile.Write(logitsPath, all.AsReadOnlySpan(), [rows, classes]);
        NpzFile.Write(targetsPath[..^8], new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["targets"] = Tensor.Create<long>(labels) });
        var outputPath = Path.Combine(folder.FullName, "losses.npy");

        Assert.Equal(F.CrossEntropy(all, Tensor.Create<long>(labels)).Item(), (float)Score(logitsPath, targetsPath, outputPath), 1e-5);
        using var losses = NpyFile.Open(outputPath);
        Assert.Equal([rows], losses.Shape);
        var read = new float[rows];
        losses.Read<float>(0, read);
        Assert.Equal(F.CrossEntropy(all, Tensor.Create<long>(labels), reduction: Reduction.None).ToArray(), read);
    }

    [Fact]
    public void Several_files_are_one_array()
    {
        foreach (var i in new[] { 0, 1 }) NpyFile.Write<float>(Path.Combine(folder.FullName, $"logits-{i}.npy"), new float[6], [3, 2]);
        // snippet: files-shards
        var files = Directory.GetFiles(folder.FullName, "logits-*.npy").Order(StringComparer.Ordinal);
        using var logits = new ShardedArray([.. files.Select(ArrayFile.Open)]);
        // end
        Assert.Equal([6, 2], logits.Shape);
    }

    private static double Score(string logitsPath, string targetsPath, string outputPath)
    {
        // snippet: files-blocks
        using var logits = ArrayFile.Open(logitsPath);              // float32 [N, C], of any size: logits.npy
        using var targets = ArrayFile.Open(targetsPath);            // int64 [N]: eval.npz:targets
        var (rows, classes) = (logits.Shape[0], (int)logits.Shape[1]);

        var (loss, mean) = (new CrossEntropyLoss(), new LossAccumulator());
        var (block, labels, losses) = (new float[256 * classes], new long[256], new float[256]);
        NpyFile.Write<float>(outputPath, [rows], writer =>
        {
            for (long row = 0; row < rows; row += 256)
            {
                var count = (int)Math.Min(256, rows - row);
                logits.Read(row * classes, block.AsSpan(0, count * classes));
                targets.Read(row, labels.AsSpan(0, count));
                mean.Add(loss.Evaluate<float, long>(
                    block.AsSpan(0, count * classes), labels.AsSpan(0, count), classes, losses: losses.AsSpan(0, count)));
                writer.Write(losses.AsSpan(0, count));
            }
            logits.Verify();                                        // what was read in order has been compared already
            targets.Verify();
        });
        Console.WriteLine(mean.Value);
        // end
        return mean.Value;
    }
}
