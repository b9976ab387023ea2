namespace Surprisal.Kernels;

/// <summary>
/// Layer normalisation of rows x [Rows, Width] -> y: h = (x - mean) d with the row's mean and inverse deviation d = 1 / sqrt(variance +
/// epsilon), y = h weight + bias element by element.
/// </summary>
/// <remarks>Each row is a channel of <see cref="BatchNorm"/> without weight and bias, so its derivations hold here.</remarks>
internal readonly struct LayerNorm(int rows, int width)
{
    /// <summary>The columns whose sums stay on the stack.</summary>
    public const int Block = 256;

    private readonly ChannelShape s = new(1, rows, width);

    /// <summary>Writes a row of y; returns its mean and inverse deviation. No weight, no bias: empty.</summary>
    public (double Mean, double InverseDeviation) Normalize<T>(
        int row, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, double epsilon, Span<T> y)
        where T : unmanaged, INumberBase<T>
    {
        var (mean, variance) = BatchNorm.Statistics(s, row, x);
        var inverseDeviation = 1 / Math.Sqrt(variance + epsilon);
        BatchNorm.Normalize(s, row, x, mean, inverseDeviation, T.One, T.Zero, y);
        var to = y.Slice(row * width, width);
        if (!weight.IsEmpty) Elementwise.Map<T, Formulas<T>.Multiply>(to, weight, to, default);
        if (!bias.IsEmpty) Elementwise.Map<T, Formulas<T>.Add>(to, bias, to, default);
        return (mean, inverseDeviation);
    }

    /// <summary>Writes a row of dx = d (g weight - mean(g weight) - h mean(g weight h)).</summary>
    public void InputGradient<T>(
        int row, ReadOnlySpan<T> x, ReadOnlySpan<T> g, ReadOnlySpan<T> weight, double mean, double inverseDeviation, Span<T> dx)
        where T : unmanaged, INumberBase<T>
    {
        var alone = new ChannelShape(1, 1, width);
        var from = x.Slice(row * width, width);
        var upstream = g.Slice(row * width, width);
        var to = dx.Slice(row * width, width);
        if (width == 1) // y is the bias, whatever x is
        {
            to.Clear();
            return;
        }
        if (weight.IsEmpty)
        {
            BatchNorm.InputGradient(alone, 0, from, upstream, mean, inverseDeviation, T.One, to);
            return;
        }
        using var scratch = new Scratch<T>(width);
        Elementwise.Map<T, Formulas<T>.Multiply>(upstream, weight, scratch.Span, default);
        BatchNorm.InputGradient(alone, 0, from, scratch.Span, mean, inverseDeviation, T.One, to);
    }

    /// <summary>dweight[j] = the sum over rows of g h, of the columns [first, end), at most a <see cref="Block"/>; in double.</summary>
    public void WeightGradient<T>(
        int first, int end, ReadOnlySpan<T> x, ReadOnlySpan<T> g, ReadOnlySpan<double> mean, ReadOnlySpan<double> inverseDeviation,
        Span<T> dweight)
        where T : unmanaged, INumberBase<T>
    {
        Span<double> sums = stackalloc double[Block];
        sums.Clear();
        for (var row = 0; row < mean.Length; row++)
        {
            var from = x.Slice(row * width + first, end - first);
            var upstream = g.Slice(row * width + first, from.Length);
            for (var j = 0; j < from.Length; j++)
                sums[j] += double.CreateTruncating(upstream[j]) * ((double.CreateTruncating(from[j]) - mean[row]) * inverseDeviation[row]);
        }
        for (var j = first; j < end; j++) dweight[j] = Scalar.Round<T>(sums[j - first]);
    }
}
