using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>What multi-label metrics keep of the rows: integers and exact sums.</summary>
internal sealed class MultiLabelState
{
    private readonly MetricOptions options;

    public MultiLabelState(MetricOptions options)
    {
        this.options = options;
        (Labels, Totals) = (new(3 * options.Classes), new(4));
        if (options.Ranking ?? options.Classes <= 1024) Ranking = new(options.Classes);
    }

    public RowRanges Rows { get; } = new();

    public long Ignored, ZeroWeight, Invalid;

    /// <summary>Hits, predictions and targets of label k at 3 k, 3 k + 1, 3 k + 2.</summary>
    public RowCounts Labels { get; }

    /// <summary>Rows; rows with all labels right; wrong labels; rows whose F1 is not 0 / 0.</summary>
    public RowCounts Totals { get; }

    /// <summary>The rows' F1, and their label ranking average precision.</summary>
    public FixedSums Shares { get; } = new(2);

    /// <summary>Binary cross-entropy, the mean over a row's labels.</summary>
    public ExactSums Loss { get; } = new(1);

    public RankingCells? Ranking { get; }

    public void UseWeights()
    {
        Labels.UseWeights();
        Totals.UseWeights();
        Ranking?.UseWeights();
    }

    /// <summary>Adds a row that is not ignored.</summary>
    public void Add(ReadOnlySpan<double> scores, ReadOnlySpan<byte> targets, float weight)
    {
        foreach (var score in scores)
            if (double.IsNaN(score))
            {
                Invalid++;
                return;
            }
        var units = Totals.IsWeighted ? RowCounts.Units(weight) : Int128.One;
        var (hits, predictions, positives, wrong, loss) = (0, 0, 0, 0, 0.0);
        var threshold = options.Scores switch { ScoreKind.Logits => 0, ScoreKind.Probabilities => 0.5, _ => -0.6931471805599453 };
        for (var k = 0; k < scores.Length; k++)
        {
            var (isPredicted, isTarget) = (scores[k] > threshold, targets[k] != 0);
            if (isPredicted && isTarget)
            {
                Labels.Add(3 * k, units);
                hits++;
            }
            if (isPredicted)
            {
                Labels.Add(3 * k + 1, units);
                predictions++;
            }
            if (isTarget)
            {
                Labels.Add(3 * k + 2, units);
                positives++;
            }
            if (isPredicted != isTarget)
            {
                Totals.Add(2, units);
                wrong++;
            }
            loss += BinaryLoss(scores[k], isTarget);
            Ranking?.Add(k, Odds(scores[k]), isTarget, units);
        }
        Totals.Add(0, units);
        if (wrong == 0) Totals.Add(1, units);
        if (predictions + positives > 0 || options.ZeroDivision != ZeroDivision.NaN)
        {
            Totals.Add(3, units);
            Shares.Add(0, weight * Averages.Divide(2 * hits, predictions + positives, options.ZeroDivision));
        }
        Shares.Add(1, weight * RankingPrecision(scores, targets, positives));
        Loss.Add(0, weight * (loss / scores.Length));
    }

    public void Add(MultiLabelState other)
    {
        if (other.Totals.IsWeighted) UseWeights();
        Rows.Add(other.Rows);
        (Ignored, ZeroWeight, Invalid) = (Ignored + other.Ignored, ZeroWeight + other.ZeroWeight, Invalid + other.Invalid);
        Labels.Add(other.Labels);
        Totals.Add(other.Totals);
        Shares.Add(other.Shares);
        Loss.Add(other.Loss);
        Ranking?.Add(other.Ranking!);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteBoolean("weighted", Totals.IsWeighted);
        json.WriteStartArray("state");
        foreach (var count in new[] { Ignored, ZeroWeight, Invalid }) json.WriteInteger(count);
        Rows.Write(json);
        Labels.Write(json);
        Totals.Write(json);
        Shares.Write(json);
        Loss.Write(json);
        if (Ranking is null) json.WriteNullValue();
        else Ranking.Write(json);
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        if (json.GetProperty("weighted").GetBoolean()) UseWeights();
        var items = json.GetProperty("state");
        (Ignored, ZeroWeight, Invalid) = (items[0].ReadInteger(), items[1].ReadInteger(), items[2].ReadInteger());
        Rows.Read(items[3]);
        Labels.Read(items[4]);
        Totals.Read(items[5]);
        Shares.Read(items[6]);
        Loss.Read(items[7]);
        Ranking?.Read(items[8]);
    }

    private double Odds(double score) => options.Scores switch
    {
        ScoreKind.Logits => Scalar.Exp(score),
        ScoreKind.Probabilities => score / Math.Max(1 - score, 0),
        _ => Scalar.Exp(score) / Math.Max(-Lanes<double>.All(score).Expm1().Value[0], 0),
    };

    /// <summary>-ln of the probability of what is the case.</summary>
    private double BinaryLoss(double score, bool isTarget)
    {
        if (options.Scores == ScoreKind.Logits)
        {
            var z = isTarget ? -score : score; // softplus(z) = max(z, 0) + log1p(exp(-|z|))
            return Math.Max(z, 0) + Scalar.Log1p(Scalar.Exp(-Math.Abs(z)));
        }
        var p = options.Scores == ScoreKind.Probabilities
            ? isTarget ? score : Math.Max(1 - score, 0)
            : isTarget ? Scalar.Exp(score) : Math.Max(-Lanes<double>.All(score).Expm1().Value[0], 0);
        return options.Scores == ScoreKind.LogProbabilities && isTarget && options.Clip == 0
            ? -score
            : -Scalar.Log(Math.Max(p, options.Clip));
    }

    /// <summary>The mean over the labels that are the case of the share of such labels among those with at least the same score.</summary>
    private static double RankingPrecision(ReadOnlySpan<double> scores, ReadOnlySpan<byte> targets, int positives)
    {
        if (positives == 0 || positives == scores.Length) return 1;
        var sum = 0.0;
        for (var k = 0; k < scores.Length; k++)
        {
            if (targets[k] == 0) continue;
            var (all, relevant) = (0, 0);
            for (var j = 0; j < scores.Length; j++)
                if (scores[j] >= scores[k]) (all, relevant) = (all + 1, relevant + targets[j]);
            sum += (double)relevant / all;
        }
        return sum / positives;
    }
}
