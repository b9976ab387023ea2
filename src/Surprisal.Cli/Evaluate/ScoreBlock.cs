using System.Globalization;

namespace Surprisal.Cli.Evaluate;

/// <summary>Some samples in memory: their scores, targets and weights, checked as far as files can be wrong where arrays cannot.</summary>
internal sealed class ScoreBlock<T> where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
{
    private const int Bytes = 4 << 20;

    private const float LeastWeight = 1f / (1L << 40), MostWeight = 1L << 30;

    private readonly ScoreFiles files;
    private readonly EvaluateOptions options;
    private readonly T[] scores;
    private readonly long[] targets;
    private readonly float[] weights;
    private readonly int targetsPerSample, rowsPerSample;
    private int samples;

    public ScoreBlock(ScoreFiles files, EvaluateOptions options)
    {
        (this.files, this.options) = (files, options);
        rowsPerSample = (int)files.Positions;
        targetsPerSample = options.IsMultiLabel ? files.Columns : rowsPerSample;
        Size = SamplesOf(files);
        scores = new T[Size * files.Columns * rowsPerSample];
        targets = new long[Size * targetsPerSample];
        weights = new float[files.SampleWeights is null ? 0 : Size * rowsPerSample];
    }

    /// <summary>The most samples that it holds.</summary>
    public int Size { get; }

    /// <summary>The number of the first sample.</summary>
    public long First { get; private set; }

    public ReadOnlySpan<T> Scores => scores.AsSpan(0, samples * files.Columns * rowsPerSample);

    public ReadOnlySpan<long> Targets => targets.AsSpan(0, samples * targetsPerSample);

    public ReadOnlySpan<float> Weights => weights.Length == 0 ? [] : weights.AsSpan(0, samples * rowsPerSample);

    /// <summary>Reads samples from the files.</summary>
    public void Read(long first, int count)
    {
        (First, samples) = (first, count);
        files.Scores.Read(first * files.Columns * rowsPerSample, scores.AsSpan(0, count * files.Columns * rowsPerSample));
        files.Targets.Read(first * targetsPerSample, targets.AsSpan(0, count * targetsPerSample));
        CheckTargets();
        if (files.SampleWeights is not { } array) return;
        array.Read(first * rowsPerSample, weights.AsSpan(0, count * rowsPerSample), mayRound: true);
        CheckWeights(array);
    }

    private static int SamplesOf(ScoreFiles files)
    {
        var perSample = files.Columns * files.Positions * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        return (int)Math.Clamp(Bytes / Math.Max(perSample, 1), 1, Math.Max(1, Math.Min(files.Samples, 1 << 18)));
    }

    private void CheckTargets()
    {
        var (classes, ignored) = (options.IsMultiLabel ? 2 : Math.Max(files.Columns, 2), options.IgnoreIndex);
        for (var i = 0; i < Targets.Length; i++)
            if ((ulong)Targets[i] >= (ulong)classes && Targets[i] != ignored)
            {
                var row = First * rowsPerSample + i / (targetsPerSample / rowsPerSample);
                var expected = classes == 2 ? "0 or 1" : $"a class from 0 to {classes - 1}";
                throw new InvalidDataException(
                    $"{files.Targets.Name}: row {row} is {Targets[i]}; {expected} was expected, or {ignored}, which is ignored.");
            }
    }

    private void CheckWeights(StoredArray array)
    {
        for (var i = 0; i < Weights.Length; i++)
            if (Weights[i] != 0 && !(Weights[i] >= LeastWeight && Weights[i] <= MostWeight))
                throw new InvalidDataException($"{array.Name}: the weight of row {First * rowsPerSample + i} is " +
                    $"{Weights[i].ToString(CultureInfo.InvariantCulture)}; 0 or 2^-40 to 2^30 was expected.");
    }
}
