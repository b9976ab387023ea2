using System.Text;
using System.Text.Json;

namespace Surprisal.Cli.Models;

/// <summary>What a model says of a file: classes with their calibrated probabilities, the most probable first.</summary>
internal sealed record Prediction(string File, IReadOnlyList<(int Class, double Probability)> Classes)
{
    /// <summary>The most probable classes of a row of logits; of equal ones the lower first.</summary>
    public static Prediction Of(string file, ReadOnlySpan<float> logits, double temperature, int topK)
    {
        var scaled = new double[logits.Length];
        for (var c = 0; c < scaled.Length; c++) scaled[c] = logits[c] / temperature;
        var probabilities = Tensor.Create<double>(scaled).Softmax(0).ToArray();
        return new(file,
        [
            .. probabilities.Select(static (p, c) => (c, p)).OrderByDescending(static pair => pair.p)
                .ThenBy(static pair => pair.c).Take(topK),
        ]);
    }

    /// <summary>file, then class and probability of each.</summary>
    public string Csv(IReadOnlyList<string> names) => string.Join(',', Classes
        .SelectMany(one => new[] { CsvText.Quote(names[one.Class]), FormattableString.Invariant($"{one.Probability:R}") })
        .Prepend(CsvText.Quote(File)));

    /// <summary>One line.</summary>
    public string Json(IReadOnlyList<string> names)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("file", File);
            json.WriteStartArray("classes");
            foreach (var (c, probability) in Classes)
            {
                json.WriteStartObject();
                json.WriteString("class", names[c]);
                json.WriteResult("probability", probability);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
