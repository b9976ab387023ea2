using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// A few positions of an image: logits [classes, width] -> probabilities in double, their sums by class, and the gradient by the logits.
/// </summary>
/// <remarks>
/// p = exp(z - max) / sum exp(z - max), lanes over positions. An ignored position, of target -1, and what lies behind the last one have
/// probability 0, whatever their logits are. dz = p (d - sum p d) with d = dloss/dp = ofTarget t + ofPrediction q.
/// </remarks>
/// <param name="layout">Where the logits lie.</param>
/// <param name="isSquared">Whether P is a sum of squares, so that q is 2 p instead of 1.</param>
/// <param name="p">The probabilities, classes times the layout's tile width.</param>
/// <param name="row">Three rows of a tile's width.</param>
internal readonly ref struct RegionTile(RegionLayout layout, bool isSquared, Span<double> p, Span<double> row)
{
    private readonly Span<double> p = p, row = row;
    private readonly int width = layout.TileWidth;

    /// <summary>Reads logits and makes probabilities of them.</summary>
    [MethodImpl(Compile.Separately)]
    public void Load<T>(ReadOnlySpan<T> logits, int image, int first, ReadOnlySpan<int> targets) where T : unmanaged, INumberBase<T>
    {
        for (var c = 0; c < layout.Classes; c++)
        {
            var to = p.Slice(c * width, width);
            if (layout.PositionStride == 1)
                DoubleGradient.Load(logits.Slice(layout.Offset(image, c, first), targets.Length), to, targets.Length);
            else
                for (var j = 0; j < targets.Length; j++) to[j] = double.CreateTruncating(logits[layout.Offset(image, c, first + j)]);
            to[targets.Length..].Clear();
        }
        var isUsed = row[..width];
        isUsed.Clear();
        for (var j = 0; j < targets.Length; j++) isUsed[j] = targets[j] >= 0 ? 1 : 0;
        ref var from = ref MemoryMarshal.GetReference(p);
        ref var used = ref MemoryMarshal.GetReference(row);
        for (nint j = 0; j < width; j += Lanes<double>.Count)
        {
            var max = Lanes<double>.Load(ref from, j);
            for (var c = 1; c < layout.Classes; c++) max = Lanes<double>.Max(max, Lanes<double>.Load(ref from, c * width + j));
            var sum = Lanes<double>.Zero;
            for (var c = 0; c < layout.Classes; c++)
            {
                var e = (Lanes<double>.Load(ref from, c * width + j) - max).ExpNonPositive();
                sum += e;
                e.Store(ref from, c * width + j);
            }
            var isIgnored = Lanes<double>.Equal(Lanes<double>.Load(ref used, j), Lanes<double>.Zero);
            for (var c = 0; c < layout.Classes; c++)
            {
                var share = Lanes<double>.Load(ref from, c * width + j) / sum;
                Lanes<double>.Select(isIgnored, Lanes<double>.Zero, share).Store(ref from, c * width + j);
            }
        }
    }

    /// <summary>Adds a class's I, P and T, which follow each other, for every class.</summary>
    [MethodImpl(Compile.Separately)]
    public void AddSums(ReadOnlySpan<int> targets, Span<double> sums)
    {
        ref var from = ref MemoryMarshal.GetReference(p);
        for (var c = 0; c < layout.Classes; c++)
        {
            var sum = Lanes<double>.Zero;
            for (nint j = 0; j < width; j += Lanes<double>.Count)
            {
                var block = Lanes<double>.Load(ref from, c * width + j);
                sum += isSquared ? block * block : block;
            }
            sums[3 * c + 1] += sum.Sum();
        }
        for (var j = 0; j < targets.Length; j++)
        {
            if (targets[j] is not (>= 0 and var t)) continue;
            sums[3 * t] += p[t * width + j];
            sums[3 * t + 2]++;
        }
    }

    /// <summary>Writes the gradient by the logits of the probabilities that were loaded.</summary>
    /// <param name="targets">Classes, or -1.</param>
    /// <param name="factors">ofTarget and ofPrediction of each class, the reduction's factor included.</param>
    /// <param name="image">The image.</param>
    /// <param name="first">The first position.</param>
    /// <param name="gradient">As the logits.</param>
    [MethodImpl(Compile.Separately)]
    public void StoreGradient<T>(ReadOnlySpan<int> targets, ReadOnlySpan<double> factors, int image, int first, Span<T> gradient)
        where T : unmanaged, INumberBase<T>
    {
        Span<double> ofTarget = row.Slice(width, width), result = row.Slice(2 * width, width);
        ofTarget.Clear();
        for (var j = 0; j < targets.Length; j++)
            if (targets[j] is >= 0 and var t) ofTarget[j] = factors[2 * t];
        ref var from = ref MemoryMarshal.GetReference(p);
        ref var own = ref MemoryMarshal.GetReference(ofTarget);
        ref var mean = ref MemoryMarshal.GetReference(row);
        for (nint j = 0; j < width; j += Lanes<double>.Count)
        {
            var sum = Lanes<double>.Zero;
            for (var c = 0; c < layout.Classes; c++)
            {
                var share = Lanes<double>.Load(ref from, c * width + j);
                sum = Lanes<double>.Fma(share, Slope(share, factors[2 * c + 1]), sum);
            }
            sum.Store(ref mean, j);
        }
        for (var j = 0; j < targets.Length; j++)
            if (targets[j] is >= 0 and var t) row[j] += p[t * width + j] * ofTarget[j];
        for (var c = 0; c < layout.Classes; c++)
        {
            ref var to = ref MemoryMarshal.GetReference(result);
            for (nint j = 0; j < width; j += Lanes<double>.Count)
            {
                var share = Lanes<double>.Load(ref from, c * width + j);
                (share * (Slope(share, factors[2 * c + 1]) - Lanes<double>.Load(ref mean, j))).Store(ref to, j);
            }
            for (var j = 0; j < targets.Length; j++)
                if (targets[j] == c) result[j] = p[c * width + j] * (SlopeOf(p[c * width + j], factors[2 * c + 1]) + ofTarget[j] - row[j]);
                else if (targets[j] < 0) result[j] = 0; // also where the sums are NaN
            if (layout.PositionStride == 1)
                DoubleGradient.Store(result[..targets.Length], gradient.Slice(layout.Offset(image, c, first), targets.Length));
            else
                for (var j = 0; j < targets.Length; j++) gradient[layout.Offset(image, c, first + j)] = Scalar.Round<T>(result[j]);
        }
    }

    private Lanes<double> Slope(Lanes<double> share, double factor) =>
        isSquared ? share * Lanes<double>.All(2 * factor) : Lanes<double>.All(factor);

    private double SlopeOf(double share, double factor) => isSquared ? share * (2 * factor) : factor;
}
