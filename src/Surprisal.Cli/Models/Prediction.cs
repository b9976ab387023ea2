namespace Surprisal.Cli.Models;

/// <summary>What a model says of a file, or of the row of a table.</summary>
/// <param name="Name">The file, or the number of the row.</param>
/// <param name="Probabilities">Of each class or label, calibrated.</param>
/// <param name="Chosen">The classes that are told, or the labels that are more probable than not; the most probable first.</param>
internal sealed record Prediction(string Name, double[] Probabilities, IReadOnlyList<int> Chosen)
{
    /// <summary>Which row of a table it is of, from 1; null for a file.</summary>
    public int? Row { get; init; }

    /// <summary>From a row of logits; of equal probabilities the lower class first.</summary>
    public static Prediction Of(string name, ReadOnlySpan<float> logits, ModelCard card, int topK)
    {
        var scaled = new double[logits.Length];
        for (var c = 0; c < scaled.Length; c++) scaled[c] = logits[c] / card.Temperature;
        double[] probabilities = card.Task switch
        {
            ModelTask.Binary => [Sigmoid(-scaled[0]), Sigmoid(scaled[0])],
            ModelTask.Labels => Array.ConvertAll(scaled, Sigmoid),
            _ => Tensor.Create<double>(scaled).Softmax(0).ToArray(),
        };
        var sorted = Enumerable.Range(0, probabilities.Length).OrderByDescending(c => probabilities[c]).ThenBy(static c => c);
        return new(name, probabilities,
            [.. card.Task == ModelTask.Labels ? sorted.TakeWhile(label => probabilities[label] > 0.5) : sorted.Take(topK)]);
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
