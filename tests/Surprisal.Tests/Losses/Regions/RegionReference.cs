namespace Surprisal.Tests.Losses;

/// <summary>The losses of regions by their definitions, in loops and in double: logits [images, classes, pixels], targets [images, pixels].</summary>
internal static class RegionReference
{
    public static (double Value, double[] Gradient, int Counted) Of(RegionLoss loss, double[] logits, long[] targets, int images, int classes)
    {
        var pixels = targets.Length / Math.Max(1, images);
        var p = new double[logits.Length];
        for (var n = 0; n < images; n++)
        for (var i = 0; i < pixels; i++)
        {
            int At(int c) => (n * classes + c) * pixels + i;
            double[] row = [.. Enumerable.Range(0, classes).Select(c => logits[At(c)])];
            var log = EdgeNumbers.LogSoftmax(row);
            for (var c = 0; c < classes; c++) p[At(c)] = Math.Exp(log[c]);
        }
        var (sum, counted, slopes) = (0.0, 0, new double[p.Length]);
        int[][] regions = loss.PerImage ? [.. Enumerable.Range(0, images).Select(static n => new[] { n })] : [[.. Enumerable.Range(0, images)]];
        foreach (var region in regions)
        {
            if (!region.Any(n => Enumerable.Range(0, pixels).Any(i => targets[n * pixels + i] != loss.IgnoreIndex))) continue;
            for (var c = 0; c < classes; c++)
            {
                var (both, predicted, truth) = (0.0, 0.0, 0.0);
                void Each(Action<int, double> pixel)
                {
                    foreach (var n in region)
                        for (var i = 0; i < pixels; i++)
                            if (targets[n * pixels + i] != loss.IgnoreIndex)
                                pixel((n * classes + c) * pixels + i, targets[n * pixels + i] == c ? 1 : 0);
                }
                Each((at, t) =>
                {
                    both += p[at] * t;
                    predicted += loss.Squared ? p[at] * p[at] : p[at];
                    truth += t;
                });
                if (truth == 0 && loss.Absent == AbsentClasses.Skip) continue;
                var (s, a, b) = loss is TverskyLoss tversky ? (loss.Smooth, tversky.Alpha, tversky.Beta) : (loss.Smooth, 0, 0);
                var (above, below) = loss switch
                {
                    DiceLoss => (2 * both + s, predicted + truth + s),
                    JaccardLoss => (both + s, predicted + truth - both + s),
                    _ => (both + s, both + a * (predicted - both) + b * (truth - both) + s),
                };
                sum += 1 - above / below;
                counted++;
                Each((at, t) =>
                {
                    var q = loss.Squared ? 2 * p[at] : 1;
                    var (ofAbove, ofBelow) = loss switch
                    {
                        DiceLoss => (2 * t, q),
                        JaccardLoss => (t, q - t),
                        _ => (t, t + a * (q - t) - b * t),
                    };
                    slopes[at] = -(ofAbove * below - above * ofBelow) / (below * below);
                });
            }
        }
        var scale = loss.Reduction == Reduction.Sum ? 1 : 1.0 / counted;
        var gradient = new double[p.Length];
        for (var n = 0; n < images && counted > 0; n++)
        for (var i = 0; i < pixels; i++)
        {
            if (targets[n * pixels + i] == loss.IgnoreIndex) continue;
            int At(int c) => (n * classes + c) * pixels + i;
            var mean = Enumerable.Range(0, classes).Sum(c => p[At(c)] * slopes[At(c)]);
            for (var c = 0; c < classes; c++) gradient[At(c)] = scale * p[At(c)] * (slopes[At(c)] - mean);
        }
        return (counted == 0 && loss.Reduction == Reduction.Mean ? double.NaN : sum * (counted == 0 ? 1 : scale), gradient, counted);
    }
}
