using System.Text.Json;
using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>What a pass over a loader says of the model's predictions: the metrics that cost little beside the model.</summary>
internal abstract class Predictions
{
    /// <summary>Counts a batch.</summary>
    public abstract void Add(Tensor<float> outputs, Batch batch);

    /// <summary>Where the pass begins in this process: so many samples are before its own, each of so many rows.</summary>
    public abstract void Begin(long samples, int rowsPerSample);

    /// <summary>What has been counted, for <see cref="Merge"/>.</summary>
    public abstract byte[] State();

    /// <summary>Adds what another process has counted of samples after these.</summary>
    public abstract void Merge(byte[] state);

    /// <summary>Everything counted, with the mean loss.</summary>
    public abstract EvaluationReport Report(double loss);

    /// <summary>Without intervals, ranking and class-wise calibration.</summary>
    protected static MetricOptions Options(int classes, ScoreKind scores, long ignoreIndex) => new()
    {
        Classes = classes, Scores = scores, IgnoreIndex = ignoreIndex, ZeroDivision = ZeroDivision.NaN,
        Replicates = 0, Ranking = false, ClassCalibration = false,
    };

    /// <summary>What is written, as bytes.</summary>
    protected static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory)) write(json);
        return memory.ToArray();
    }
}
