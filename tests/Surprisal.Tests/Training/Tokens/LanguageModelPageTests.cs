using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training.Tokens;

/// <summary>What docs/language-models.md shows.</summary>
public sealed class LanguageModelPageTests
{
    [Fact]
    public void TheExampleLearns()
    {
        // snippet: language-model
        var text = "the cat sat on the mat. the dog sat on the cat. ";
        string[] names = [.. text.Distinct().Order().Select(static c => $"{c}")];
        long[] tokens = [.. Enumerable.Repeat(text, 20).SelectMany(static c => c).Select(c => (long)Array.IndexOf(names, $"{c}"))];

        var seed = new Seed(0);
        var model = new Gpt(vocabulary: names.Length, context: 16, seed, embedDim: 32, layers: 1, heads: 2);
        var train = new DataLoader(new TokenWindows(tokens, context: 16, names), batchSize: 8, shuffle: seed);
        var trainer = new Trainer(model, new CrossEntropyLoss(), new AdamW(model.Parameters(), learningRate: 0.01)) { MaxGradientNorm = 1 };
        var reports = trainer.Fit(train, train, epochs: 20);
        Console.WriteLine(reports[^1].Validation.Perplexity < 1.5);      // True
        // end
        Assert.True(reports[^1].Validation.Perplexity < 1.5, $"{reports[^1]}");
        Assert.Equal(names.Length, model.Vocabulary);
    }
}
