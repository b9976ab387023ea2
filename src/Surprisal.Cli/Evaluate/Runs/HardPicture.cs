namespace Surprisal.Cli.Evaluate;

/// <summary>A picture of a run of masks, by how hard all its pixels are together.</summary>
/// <param name="Sample">Its number.</param>
/// <param name="Loss">The mean cross-entropy over its pixels that count, without weights or smoothing.</param>
/// <param name="Right">The share of these that is right.</param>
/// <param name="Worst">Which of its pixels has the largest loss, row by row.</param>
internal sealed record HardPicture(long Sample, double Loss, double Right, int Worst)
{
    /// <summary>The hardest first; those without a pixel that counts are left out.</summary>
    /// <param name="run">Of pixels.</param>
    /// <param name="samples">Which of its samples.</param>
    /// <param name="ignored">The target of pixels that do not count.</param>
    /// <param name="most">How many.</param>
    public static IReadOnlyList<HardPicture> Of(RunScores run, (long First, long End) samples, long ignored, int most)
    {
        int[] shape = [.. run.Logits.Shape.Select(static size => (int)size)]; // [N, C, H, W]
        var (classes, area) = (shape[1], shape[2] * shape[3]);
        var loss = new CrossEntropyLoss { Reduction = Reduction.None, IgnoreIndex = ignored };
        var (logits, targets) = (new float[classes * area], new long[area]);
        var pictures = new List<HardPicture>();
        for (var sample = samples.First; sample < samples.End; sample++)
        {
            run.Logits.Read(sample * classes * area, logits.AsSpan());
            run.Targets.Read(sample * area, targets.AsSpan());
            var scores = Tensor.Create<float>(logits, [1, classes, shape[2], shape[3]]);
            var losses = loss.Forward(scores, Tensor.Create<long>(targets, [1, shape[2], shape[3]])).ToArray();
            var taken = scores.ArgMax(1).ToArray();
            int[] counted = [.. Enumerable.Range(0, area).Where(pixel => targets[pixel] != ignored)];
            if (counted.Length > 0)
                pictures.Add(new(sample, counted.Average(pixel => (double)losses[pixel]),
                    counted.Average(pixel => taken[pixel] == targets[pixel] ? 1.0 : 0), counted.MaxBy(pixel => losses[pixel])));
        }
        return [.. pictures.OrderByDescending(static picture => picture.Loss).ThenBy(static picture => picture.Sample).Take(most)];
    }
}
