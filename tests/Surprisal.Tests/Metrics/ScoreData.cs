using System.Text;
using System.Text.Json;
using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Random rows of logits with targets and weights, and states as text.</summary>
internal sealed record ScoreData(int Classes, float[] Logits, int[] Targets, float[] Weights)
{
    public int Rows => Targets.Length;

    /// <summary>Rows of which some are ignored, of weight 0, invalid, tied, or hold -infinity.</summary>
    public static ScoreData Draw(int classes, int rows, long seed, bool odd = true)
    {
        var random = new RandomStream(seed);
        var columns = classes;
        var (z, t, w) = (new float[rows * columns], new int[rows], new float[rows]);
        for (var i = 0; i < rows; i++)
        {
            for (var c = 0; c < columns; c++) z[i * columns + c] = odd && i % 7 == 0 ? random.Below(3) : (float)(2 * random.Normal());
            t[i] = (int)random.Below((ulong)Math.Max(classes, 2));
            w[i] = random.Below(5) / 4f + (i % 3 == 0 ? 0.1f : 0);
            if (!odd) continue;
            if (i % 11 == 3) t[i] = -100;
            if (i % 13 == 5) z[i * columns + (int)random.Below((ulong)columns)] = float.NaN;
            if (i % 17 == 6) z[i * columns + (int)random.Below((ulong)columns)] = float.NegativeInfinity;
            if (i % 19 == 7) z[i * columns + (int)random.Below((ulong)columns)] = float.PositiveInfinity;
            if (i % 23 == 8) Array.Fill(z, float.NegativeInfinity, i * columns, columns);
        }
        return new(classes, z, t, w);
    }

    public MetricOptions Options => new() { Classes = Classes, Scores = ScoreKind.Logits, Replicates = 0 };

    /// <summary>The rows from first to end as metrics of their own, in batches of some size.</summary>
    public ClassificationMetrics Count(int first, int end, int batch, bool weighted = false, MetricOptions? options = null)
    {
        var metrics = new ClassificationMetrics(options ?? Options, first);
        for (var i = first; i < end; i += batch)
        {
            var stop = Math.Min(i + batch, end);
            metrics.Add<float, int>(Logits.AsSpan((i * Classes)..(stop * Classes)), Targets.AsSpan(i..stop), weighted ? Weights.AsSpan(i..stop) : default);
        }
        return metrics;
    }

    public static string Text(ClassificationMetrics metrics)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) metrics.Write(json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
