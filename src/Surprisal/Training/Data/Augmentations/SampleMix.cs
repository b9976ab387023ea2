namespace Surprisal.Training;

/// <summary>
/// How a sample is mixed with the next one: <paramref name="Lambda"/> of it, and where <paramref name="Box"/> is one, a box of the next
/// over
/// it.
/// </summary>
internal readonly record struct SampleMix(double Lambda, (int Left, int Top, int Right, int Bottom)? Box, int Width, int Height)
{
    public static SampleMix Draw(Augmentation change, int epoch, int sample, TensorShape shape)
    {
        var random = SampleRandom.Of(change.Key, epoch, sample, SampleRandom.Mix);
        var isBox = change.CutMix > 0 && (change.Mixup == 0 || random.Uniform() >= 0.5);
        var lambda = random.Beta(isBox ? change.CutMix : change.Mixup);
        if (!isBox) return new SampleMix(lambda, null, 0, 0);
        var (height, width) = (shape[1], shape[2]);
        var side = Math.Sqrt(1 - lambda);
        var (across, down) = ((int)(width * side), (int)(height * side));
        var (x, y) = ((int)random.Below((ulong)width), (int)random.Below((ulong)height));
        var (left, right) = (Math.Max(0, x - across / 2), Math.Min(width, x + across / 2));
        var (top, bottom) = (Math.Max(0, y - down / 2), Math.Min(height, y + down / 2));
        // What was clipped is not there, so the share is that of the pixels that are.
        var share = 1 - (double)((right - left) * (bottom - top)) / (width * height);
        return new SampleMix(share, (left, top, right, bottom), width, height);
    }

    /// <summary>Mixes the numbers of a sample where they are.</summary>
    public void Apply(Span<float> sample, ReadOnlySpan<float> next)
    {
        if (Box is { } box)
        {
            for (var plane = 0; plane < sample.Length; plane += Width * Height) Cover(sample[plane..], next[plane..], box);
            return;
        }
        for (var i = 0; i < sample.Length; i++) sample[i] = (float)(Lambda * sample[i] + (1 - Lambda) * next[i]);
    }

    /// <summary>Puts the classes of the box's pixels over those of the sample.</summary>
    public void ApplyToMask(Span<long> mask, ReadOnlySpan<long> next)
    {
        if (Box is { } box) Cover(mask, next, box);
    }

    private void Cover<T>(Span<T> plane, ReadOnlySpan<T> next, (int Left, int Top, int Right, int Bottom) box)
    {
        for (var y = box.Top; y < box.Bottom; y++)
            next[(y * Width + box.Left)..(y * Width + box.Right)].CopyTo(plane[(y * Width + box.Left)..]);
    }
}
