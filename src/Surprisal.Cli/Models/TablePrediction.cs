using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>The rows of a table to predictions, a batch at a time.</summary>
internal static class TablePrediction
{
    private const int BatchSize = 1024;

    /// <param name="file">The model.</param>
    /// <param name="columns">What the columns become.</param>
    /// <param name="names">One table, or - for the standard input.</param>
    /// <param name="topK">How many classes are named of each row.</param>
    public static List<Prediction> Predict(ModelFile file, IReadOnlyList<TableInput> columns, string[] names, int topK)
    {
        if (names is not [var name])
            throw new InvalidDataException($"{string.Join(", ", names)}: this model learned from a table; one table was expected.");
        using var input = name == "-" ? Console.OpenStandardInput() : Stream.Null;
        var rows = name == "-" ? TableDataset.LoadInputs(input, "the standard input", columns) : TableDataset.LoadInputs(name, columns);
        var (count, outputs) = (rows.Shape[0], file.Card.Architecture.Classes);
        var (predictions, numbers, width) = (new List<Prediction>(count), rows.ToArray(), rows.Shape[1]);
        UnknownTexts.Tell(columns, count, row => numbers.AsSpan(row * width, width));
        using var scope = Tensor.NoGrad();
        for (var first = 0; first < count; first += BatchSize)
        {
            var size = Math.Min(BatchSize, count - first);
            var logits = file.Model.Forward(rows[first..(first + size)]).ToArray();
            for (var i = 0; i < size; i++)
                predictions.Add(Prediction.Of($"{first + i + 1}", logits.AsSpan(i * outputs, outputs), file.Card, topK) with
                {
                    Row = first + i + 1,
                });
        }
        return predictions;
    }
}
