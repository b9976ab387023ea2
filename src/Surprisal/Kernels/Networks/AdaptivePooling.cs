namespace Surprisal.Kernels;

/// <summary>
/// Adaptive average pooling of one plane: x [Planes, H, W] -> y [Planes, Oh, Ow], window i of o from floor(i H / o) to ceil((i + 1) H / o);
/// they overlap where o does not divide H. Sums in double.
/// </summary>
internal readonly record struct AdaptivePooling(int Planes, int H, int W, int Oh, int Ow)
{
    /// <summary>The mean of each window.</summary>
    public void Average<T>(int plane, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumberBase<T>
    {
        var image = x.Slice(plane * H * W, H * W);
        var to = plane * Oh * Ow;
        for (var i = 0; i < Oh; i++)
        for (var j = 0; j < Ow; j++, to++)
        {
            var ((top, bottom), (left, right)) = (Window(i, H, Oh), Window(j, W, Ow));
            var sum = 0.0;
            if (right - left == W) sum = Reductions.Sum(image[(top * W)..(bottom * W)]);
            else
                for (var h = top; h < bottom; h++) sum += Reductions.Sum(image[(h * W + left)..(h * W + right)]);
            y[to] = Scalar.Round<T>(sum / ((double)(bottom - top) * (right - left)));
        }
    }

    /// <summary>dx of each pixel: the sum over the windows that hold it of dy over their pixels.</summary>
    public void Gradient<T>(int plane, ReadOnlySpan<T> dy, Span<T> dx) where T : unmanaged, INumberBase<T>
    {
        var image = dx.Slice(plane * H * W, H * W);
        using var scratch = new Scratch<double>(image.Length);
        var sums = scratch.Span;
        sums.Clear();
        var from = plane * Oh * Ow;
        for (var i = 0; i < Oh; i++)
        for (var j = 0; j < Ow; j++, from++)
        {
            var ((top, bottom), (left, right)) = (Window(i, H, Oh), Window(j, W, Ow));
            var share = double.CreateTruncating(dy[from]) / ((double)(bottom - top) * (right - left));
            for (var h = top; h < bottom; h++)
                foreach (ref var sum in sums[(h * W + left)..(h * W + right)]) sum += share;
        }
        DoubleGradient.Store(sums, image);
    }

    private static (int First, int End) Window(int i, int length, int count) =>
        ((int)((long)i * length / count), (int)(((i + 1L) * length + count - 1) / count));
}
