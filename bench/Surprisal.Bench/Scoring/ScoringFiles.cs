namespace Surprisal.Bench.Scoring;

/// <summary>The outputs of a model that is right in about half the rows, as files of NumPy in a folder of their own.</summary>
internal sealed class ScoringFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal-scoring");

    /// <param name="rows">How many rows.</param>
    /// <param name="classes">How many logits a row has.</param>
    /// <param name="lead">What the target's logit has in addition to a number between -4.5 and 4.5.</param>
    public ScoringFiles(int rows, int classes, float lead)
    {
        var random = new Random(5); // the data of both sides; which they are does not matter
        var targets = new long[rows];
        for (var row = 0; row < rows; row++) targets[row] = random.Next(classes);
        NpyFile.Write<long>(Targets, targets, [rows]);
        NpyFile.Write<float>(Logits, [rows, classes], writer =>
        {
            var logits = new float[classes];
            for (var row = 0; row < rows; row++)
            {
                foreach (ref var logit in logits.AsSpan())
                    logit = 3 * (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f);
                logits[targets[row]] += lead;
                writer.Write(logits);
            }
        });
    }

    public string Logits => Path.Combine(folder.FullName, "logits.npy");

    public string Targets => Path.Combine(folder.FullName, "targets.npy");

    public long Bytes => new FileInfo(Logits).Length;

    public void Dispose() => folder.Delete(recursive: true);
}
