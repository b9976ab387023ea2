#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Metrics of scores that come from anywhere: two shards, merged.
using Surprisal.Metrics;

// snippet: metrics
var options = new MetricOptions { Classes = 3, Scores = ScoreKind.Logits };
float[] logits = [4, 0, 1, 0, 1, 3, 2, 1, 0, 0, 0, 5];
int[] targets = [0, 2, 1, 2];

var first = new ClassificationMetrics(options);
first.Add<float, int>(logits.AsSpan(..6), targets.AsSpan(..2));
var second = new ClassificationMetrics(options, firstRow: 2);                // another shard, on another machine
second.Add<float, int>(logits.AsSpan(6..), targets.AsSpan(2..));
first.Merge(second);

var report = first.Report();
Console.WriteLine($"{report.Accuracy:F2} {report.MacroF1:F4} {report.Brier:F4}");   // 0.75 0.5556 0.2668
Console.WriteLine(report.ConfusedPairs[0]);                                         // ConfusedPair { Target = 1, Predicted = 0, Count = 1 }
// end
