using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// The three products of a linear layer whose classes are cut into parts, each made by itself: so their bits do not depend on which parts a
/// process has.
/// </summary>
/// <param name="exchange">Who has which parts.</param>
/// <param name="cuts">Where each own part begins among the own classes, and where the last ends.</param>
/// <param name="features">The numbers of a hidden state.</param>
/// <param name="hiddenLength">The numbers of all hidden states; 0 where nobody wants their gradient.</param>
internal sealed unsafe class VocabularyProducts(PartExchange exchange, int[] cuts, int features, int hiddenLength)
{
    private readonly List<(int First, int End)> subtrees = PartTree.Subtrees(exchange.Own.First, exchange.Own.End, exchange.Parts);
    private readonly List<PinnedFloats> sums = [.. PartTree.Subtrees(exchange.Own.First, exchange.Own.End, exchange.Parts)
        .Select(_ => new PinnedFloats(hiddenLength))];
    private bool hasWeight;

    private int Width => cuts[^1];

    /// <summary>X W^T of the own classes.</summary>
    public void Logits(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> logits)
    {
        var rows = x.Length / features;
        fixed (float* a = x, w = weight)
            for (var part = 0; part < cuts.Length - 1; part++)
            {
                var width = cuts[part + 1] - cuts[part];
                var product = new float[rows * width];
                fixed (float* c = product)
                    MatrixMultiply.Gemm(rows, width, features, new Matrix<float>(a, features, 1),
                        new Matrix<float>(w + (nint)cuts[part] * features, 1, features), c, accumulate: false);
                for (var row = 0; row < rows; row++)
                    product.AsSpan(row * width, width).CopyTo(logits[(row * Width + cuts[part])..]);
            }
    }

    /// <summary>dZ W of the own subtrees, for rows from <paramref name="first"/> on.</summary>
    public void AddHidden(ReadOnlySpan<float> gradient, ReadOnlySpan<float> weight, int first, int rows)
    {
        fixed (float* dz = gradient, w = weight)
            foreach (var (subtree, sum) in subtrees.Zip(sums))
                Add(dz, w, subtree.First, subtree.End, rows, sum.Span.Slice(first * features, rows * features));
    }

    /// <summary>dZ^T X of the own classes.</summary>
    public void AddWeight(ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, Span<float> weightGradient, int rows)
    {
        fixed (float* dz = gradient, a = x, c = weightGradient)
            for (var part = 0; part < cuts.Length - 1; part++)
                MatrixMultiply.Gemm(cuts[part + 1] - cuts[part], features, rows, new Matrix<float>(dz + cuts[part], 1, Width),
                    new Matrix<float>(a, features, 1), c + (nint)cuts[part] * features, accumulate: hasWeight);
        hasWeight = true;
    }

    /// <summary>The gradient of the hidden states over all parts.</summary>
    public Span<float> Sum(ProcessGroup group)
    {
        if (group.Size == 1) return sums[0].Span;
        var buckets = GradientBucket.Cut(hiddenLength, group, exchange).ToList();
        foreach (var bucket in buckets)
        {
            bucket.Begin([.. Enumerable.Repeat(true, exchange.Parts)]);
            bucket.Send(sums);
        }
        foreach (var bucket in buckets) bucket.Meet();
        var whole = new float[hiddenLength];
        foreach (var bucket in buckets)
        {
            bucket.Finish();
            bucket.Sums.CopyTo(whole.AsSpan(bucket.Start));
        }
        return whole;
    }

    private void Add(float* dz, float* w, int low, int high, int rows, Span<float> sum)
    {
        if (high - low == 1)
        {
            var (first, end) = (cuts[low - exchange.Own.First], cuts[high - exchange.Own.First]);
            fixed (float* c = sum)
                MatrixMultiply.Gemm(rows, features, end - first, new Matrix<float>(dz + first, Width, 1),
                    new Matrix<float>(w + (nint)first * features, features, 1), c, accumulate: false);
            return;
        }
        var cut = PartTree.Cut(low, high);
        Add(dz, w, low, cut, rows, sum);
        var right = new float[sum.Length];
        Add(dz, w, cut, high, rows, right);
        GradientSum.Sum(sum, right);
    }
}
