using Surprisal.Cli.Tables;

namespace Surprisal.Cli.Evaluate;

/// <summary>
/// The open files of an evaluation, which fit each other: scores [N, C] or [N, C, d1 ..], targets and weights [N] or [N, d1 ..].
/// </summary>
internal sealed class ScoreFiles : IDisposable
{
    private ScoreFiles(StoredArray scores, StoredArray targets, StoredArray? sampleWeights, EvaluateOptions options)
    {
        (Scores, Targets, SampleWeights) = (scores, targets, sampleWeights);
        if (!scores.Type.IsFloating)
            throw new InvalidDataException($"{scores.Name} holds {scores.Type}; {Words(options)} are floating-point numbers.");
        if (!targets.Type.IsInteger)
            throw new InvalidDataException($"{targets.Name} holds {targets.Type}; targets are integers or booleans.");
        if (sampleWeights is { Type.IsFloating: false })
            throw new InvalidDataException($"{sampleWeights.Name} holds {sampleWeights.Type}; weights are floating-point numbers.");
        Columns = CheckColumns(options);
        Samples = scores.Shape[0];
        Positions = scores.Shape.Skip(2).Aggregate(1L, static (product, size) => checked(product * size));
        if (Positions * Columns > int.MaxValue)
            throw new InvalidDataException($"{scores.Name} has {Positions * Columns} scores a sample; 2^31 - 1 at most.");
        long[] rows = options.IsMultiLabel ? [Samples, Columns] : [Samples, .. scores.Shape.Skip(2)];
        CheckShape(targets, rows, "targets");
        if (sampleWeights is not null) CheckShape(sampleWeights, options.IsMultiLabel ? [Samples] : rows, "sample weights");
    }

    public StoredArray Scores { get; }

    public StoredArray Targets { get; }

    public StoredArray? SampleWeights { get; }

    public long Samples { get; }

    /// <summary>The scores of a row: the classes, or 1 of a binary task.</summary>
    public int Columns { get; }

    /// <summary>The rows of a sample: 1, or its pixels.</summary>
    public long Positions { get; }

    /// <summary>Whether the files can be read again from the front.</summary>
    public bool CanRepeat => IsThere(Scores) && IsThere(Targets) && (SampleWeights is null || IsThere(SampleWeights));

    public static ScoreFiles Open(EvaluateOptions options)
    {
        if (options.Run is { } run) return new ScoreFiles(run.Logits, run.Targets, null, options);
        StoredArray? scores = null, targets = null, weights = null;
        try
        {
            var isHidden = options.Hidden.Count > 0;
            scores = OpenArray(isHidden ? options.Hidden : options.Scores, options,
                options.IsBinary && !isHidden ? TableRole.Column : TableRole.Classes);
            if (isHidden) scores = HeadLogits.Open(scores, options);
            targets = OpenArray(options.Targets, options, options.IsMultiLabel ? TableRole.Classes : TableRole.Targets);
            weights = options.SampleWeights.Count == 0 ? null : OpenArray(options.SampleWeights, options, TableRole.Column);
            return new ScoreFiles(scores, targets, weights, options);
        }
        catch
        {
            scores?.Dispose();
            targets?.Dispose();
            weights?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Scores.Dispose();
        Targets.Dispose();
        SampleWeights?.Dispose();
    }

    /// <param name="names">Files, or FILE:NAME; several are shards.</param>
    /// <param name="options">What is known of them.</param>
    /// <param name="role">What they are read for.</param>
    private static StoredArray OpenArray(IReadOnlyList<string> names, EvaluateOptions options, TableRole role)
    {
        var request = new TableRequest(role)
        {
            Memory = options.Memory,
            ClassNames = role == TableRole.Targets && options.ClassNames is { } path ? ClassNameFile.Read(path) : null,
        };
        var arrays = new List<StoredArray>();
        try
        {
            foreach (var name in names) arrays.Add(TableFile.Open(name, options.Formats, request));
            return arrays.Count == 1 ? arrays[0] : new ShardedArray(arrays);
        }
        catch
        {
            foreach (var array in arrays) array.Dispose();
            throw;
        }
    }

    private static bool IsThere(StoredArray array) => array.CanSeek || File.Exists(array.Name.Split(':')[0]);

    private int CheckColumns(EvaluateOptions options)
    {
        var shape = Scores.Shape;
        if (options.IsBinary)
        {
            if (shape is [_] or [_, 1]) return 1;
            throw new InvalidDataException($"{Scores.Name} has the shape {Format(shape)}; --binary takes one column, [N] or [N, 1].");
        }
        if (shape is [_, 1, ..] && !options.IsMultiLabel)
            throw new InvalidDataException($"{Scores.Name} has one column; --binary says that it is the score of class 1.");
        if (shape is [_, >= 1 and <= int.MaxValue] || (shape is [_, >= 2 and <= int.MaxValue, _, ..] && !options.IsMultiLabel))
            return (int)shape[1];
        throw new InvalidDataException($"{Scores.Name} has the shape {Format(shape)}; " + (options.IsMultiLabel
            ? "--multi-label takes [N, L]." : "[N, C] was expected, or [N, C, d1 ...]; one column goes with --binary."));
    }

    private void CheckShape(StoredArray array, long[] expected, string what)
    {
        if (!array.Shape.SequenceEqual(expected))
            throw new InvalidDataException(
                $"{array.Name} has the shape {Format(array.Shape)}, but {Scores.Name} has {Format(Scores.Shape)}: " +
                $"{what} of the shape {Format(expected)} were expected.");
    }

    private static string Words(EvaluateOptions options) => options.Kind.ToString() switch
    {
        "Logits" => "logits", "Probabilities" => "probabilities", _ => "log-probabilities",
    };

    private static string Format(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
