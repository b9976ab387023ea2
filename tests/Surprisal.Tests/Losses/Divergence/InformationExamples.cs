namespace Surprisal.Tests.Losses;

/// <summary>The code of docs/information-theory.md and docs/class-weights.md, and the numbers in its comments.</summary>
public sealed class InformationExamples
{
    [Fact]
    public void TheDocumentsNumbersAreTrue()
    {
        // snippet: information
        double[] weather = [0.5, 0.25, 0.25];                                   // sun, clouds, rain
        double[] forecast = [0.8, 0.1, 0.1];

        var surprise = Information.SelfInformation(0.25, InformationUnit.Bits); // 2 bits, for rain
        var entropy = Information.Entropy(weather, InformationUnit.Bits);       // 1.5 bits
        var cross = Information.CrossEntropy(weather, forecast);                // 1.2629 nats
        var divergence = Information.KlDivergence(weather, forecast);           // 0.2231 nats: cross - entropy
        var perplexity = Information.Perplexity(weather);                       // 2.8284 = 2^1.5
        // end
        Assert.Equal(2, surprise, 1e-15);
        Assert.Equal(1.5, entropy, 1e-15);
        Assert.Equal(1.2629, cross, 5e-5);
        Assert.Equal(0.2231, divergence, 5e-5);
        Assert.Equal(cross - entropy * Math.Log(2), divergence, 1e-15);
        Assert.Equal(2.8284, perplexity, 5e-5);
    }

    [Fact]
    public void TheLossIsDerivedFromCrossEntropy()
    {
        // snippet: loss-from-information
        var logits = Tensor.Create<float>([1, 2, 3]);
        var oneHot = Tensor.Create<float>([0, 0, 1]);
        var probabilities = logits.Softmax(0);                                  // 0.0900, 0.2447, 0.6652

        var cross = TensorInformation.CrossEntropy(oneHot, probabilities, 0);   // 0.4076
        var loss = new CrossEntropyLoss().Forward(logits, Tensor.Scalar(2L));   // 0.4076, and exact however confident the logits
        var perplexity = loss.PerplexityOfLoss();                               // 1.5032 = 1 / 0.6652
        // end
        Assert.Equal(0.4076, cross.Item(), 5e-5);
        Assert.Equal(0.4076, loss.Item(), 5e-5);
        Assert.Equal(1.5032, perplexity.Item(), 5e-5);
        Assert.Equal(1 / 0.6652, perplexity.Item(), 2e-4);
        Golden.AssertClose(Tensor.Create<float>([0.0900306f, 0.2447285f, 0.6652410f]), probabilities, "probabilities");
    }

    [Fact]
    public void ClassWeightsComeFromTheTargets()
    {
        // snippet: class-weights
        var mask = Tensor.Create<long>([0, 0, 0, 0, 0, 1, 0, 1], [2, 1, 2, 2]); // N, 1, H, W: six pixels of background, two of object
        var targets = mask.AsReadOnlySpan();

        var inverse = ClassWeights.InverseFrequency(targets, classes: 2);       // [1.3333, 4]
        var balanced = ClassWeights.Balanced(targets, classes: 2);              // [0.6667, 2]
        var effective = ClassWeights.EffectiveNumber(targets, 2, beta: 0.9);    // [0.5770, 1.4230]

        var loss = new CrossEntropyLoss { Weight = balanced };
        var positive = PositiveWeights.FromTargets(targets, columns: 1);        // [3]: negatives / positives
        // end
        Near.Equal<double>([4 / 3.0, 4], [.. inverse], "inverse", 1e-15, 0);
        Near.Equal<double>([2 / 3.0, 2], [.. balanced], "balanced", 1e-15, 0);
        Near.Equal<double>([0.5770, 1.4230], [.. effective], "effective", 0, 5e-5);
        Assert.Equal([3.0], positive);
        Assert.Equal(balanced, loss.Weight);
    }

    [Fact]
    public void ADataSetInPiecesIsCountedFirst()
    {
        long[][] batches = [[0, 0, 1], [0, 2, -100]];
        // snippet: class-counts
        var counts = new long[3];
        foreach (var batch in batches)
        {
            var more = ClassWeights.CountTargets(batch, classes: 3);
            for (var c = 0; c < counts.Length; c++) counts[c] += more[c];
        }
        var weights = ClassWeights.Balanced(counts);
        // end
        Assert.Equal(ClassWeights.Balanced([0L, 0, 1, 0, 2], 3), weights);
    }
}
