#:project ../src/Surprisal/Surprisal.csproj
#:package Microsoft.ML@5.0.1
#:property PublishAot=false

// An IDataView of ML.NET's predictions, scored row by row.
using Microsoft.ML;
using Microsoft.ML.Data;
using Surprisal;
using Surprisal.Metrics;

var ml = new MLContext(seed: 1);
var data = ml.Data.LoadFromEnumerable(Rows());
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
var predictions = pipeline.Fit(data).Transform(data);

// snippet: ml-net
var (label, score) = (predictions.Schema["Label"], predictions.Schema["Score"]);     // a key counts from 1; scores are probabilities
var classes = ((VectorDataViewType)score.Type).Size;
var metrics = new ClassificationMetrics(new MetricOptions { Classes = classes, Scores = ScoreKind.Probabilities });
using (var cursor = predictions.GetRowCursor([label, score]))
{
    var (target, scores) = (cursor.GetGetter<uint>(label), cursor.GetGetter<VBuffer<float>>(score));
    uint key = 0;
    VBuffer<float> row = default;
    var probabilities = new float[classes];
    while (cursor.MoveNext())
    {
        target(ref key);
        scores(ref row);
        row.CopyTo(probabilities);                                                    // it may be sparse
        metrics.Add<float, int>(probabilities, [(int)key - 1]);
    }
}
var report = metrics.Report();
Console.WriteLine($"{report.Counted} rows, loss {report.Loss:F4}, accuracy {report.Accuracy:P1}, calibration error {report.Ece:F4}");
// end

Console.WriteLine($"the same by ML.NET: {ml.MulticlassClassification.Evaluate(predictions).LogLoss:F4}");

static IEnumerable<Example> Rows()
{
    var x = Tensor.Randn<float>([1000, 4], new Seed(1));
    var y = (x.MatMul(Tensor.Randn<float>([4, 3], new Seed(2))) + Tensor.Randn<float>([1000, 3], new Seed(3))).ArgMax(1).ToArray();
    return x.ToArray().Chunk(4).Zip(y, static (features, target) => new Example { Features = features, Label = $"class {target}" });
}

internal sealed class Example
{
    [VectorType(4)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}
