using System.Globalization;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Data, loaders and reports print in one line, the same in every culture.</summary>
public sealed class ReportTextTests
{
    [Fact]
    public void DataAndReportsAreOneLine()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new("") { NumberFormat = { NumberDecimalSeparator = "," } };
            var data = new TensorDataset(Tensor.Ones<float>(4, 2), Tensor.Create<long>([0, 1, 0, 1]), ["a", "b"]);
            Assert.Equal("TensorDataset(4 samples of [2] in 2 classes)", data.ToString());
            Assert.Equal("Subset(1 samples of [2] in 2 classes)", data.Subset([3]).ToString());
            Assert.Equal("4 samples to train on, 1 to test with", new DatasetSplit { Train = data, Test = data.Subset([0]) }.ToString());
            var loader = new DataLoader(data, 2);
            Assert.Equal("inputs [2, 2], targets [2]", loader.First().ToString());

            var model = new Linear(2, 2, new Seed(0));
            using (Tensor.NoGrad())
                foreach (var parameter in model.Parameters()) parameter.Fill(0);
            var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters(), learningRate: 1e-5));
            Assert.Equal("Trainer(Linear, CrossEntropyLoss(), Adam(lr=1e-05, betas=(0.9, 0.999), eps=1e-08, weight_decay=0))", trainer.ToString());
            Assert.Equal("after 0 epochs and 0 batches", trainer.Position.ToString());
            Assert.Equal("after 0 epochs and 1 batches: loss 0.5000, accuracy 0.250",
                new TrainingPosition { Batch = 1, LossSum = 2, LossDivisor = 4, Correct = 1, Samples = 4 }.ToString());
            Assert.Equal("loss 0.6931, accuracy 0.500, 2 of 4", trainer.Evaluate(loader).ToString());
            Assert.Equal("2 tensors: bias [2], weight [2, 2]; metadata: maker", new SafetensorsContents
            {
                Tensors = model.StateDictionary().OrderBy(static one => one.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["maker"] = "a test" },
            }.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
