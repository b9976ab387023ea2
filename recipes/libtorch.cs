#:project ../src/Surprisal/Surprisal.csproj
#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false

// A model of TorchSharp, scored where its logits lie.
using System.Runtime.InteropServices;
using Surprisal.Metrics;
using TorchSharp;

torch.random.manual_seed(1);
var model = torch.nn.Linear(4, 3);
var x = torch.randn(1000, 4);
var y = (model.forward(x) + torch.randn(1000, 3)).argmax(1);

// snippet: torchsharp
var metrics = new ClassificationMetrics(new MetricOptions { Classes = 3, Scores = ScoreKind.Logits });
using (torch.no_grad())
    foreach (var (inputs, targets) in x.split(64).Zip(y.split(64)))
    {
        using var logits = model.forward(inputs).contiguous();
        metrics.Add<float, long>(MemoryMarshal.Cast<byte, float>(logits.bytes), MemoryMarshal.Cast<byte, long>(targets.bytes));   // no copy
    }
var report = metrics.Report();
Console.WriteLine($"{report.Counted} rows, loss {report.Loss:F4}, accuracy {report.Accuracy:P1}, calibration error {report.Ece:F4}");
// end

Console.WriteLine($"the same by libtorch: {torch.nn.functional.cross_entropy(model.forward(x), y).item<float>():F4}");
