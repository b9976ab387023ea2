using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Reads one sample as an <see cref="Augmentation"/> changes it in an epoch, alone.</summary>
internal static class AugmentedSample
{
    /// <summary>Writes its numbers and its classes.</summary>
    public static void Read(Dataset data, Augmentation change, int index, int epoch, Span<float> sample, Span<long> target)
    {
        data.ReadRaw(index, sample);
        data.ReadTarget(index, target);
        if (data.SampleShape is [var channels, var height, var width])
        {
            var isMask = data.TargetShape == data.SampleShape[1..];
            var mask = isMask ? target : [];
            Move(data, change, index, epoch, sample, mask, (channels, height, width));
            if (change.ChangesColour)
            {
                var random = SampleRandom.Of(change.Key, epoch, index, SampleRandom.Colour);
                ColourChange.Draw(change, ref random).Apply(sample, channels);
            }
        }
        data.Finish(sample);
    }

    private static void Move(Dataset data, Augmentation change, int index, int epoch, Span<float> sample, Span<long> mask,
        (int Channels, int Height, int Width) size)
    {
        var isFlipped = false;
        var (right, down) = (0, 0);
        if (change.Flip > 0) isFlipped = SampleRandom.Of(change.Key, epoch, index, SampleRandom.Flip).Uniform() < change.Flip;
        if (change.Shift > 0)
        {
            var random = SampleRandom.Of(change.Key, epoch, index, SampleRandom.Shift);
            var offsets = 2 * (ulong)change.Shift + 1;
            (right, down) = ((int)random.Below(offsets) - change.Shift, (int)random.Below(offsets) - change.Shift);
        }
        if (!isFlipped && right == 0 && down == 0 && change.Rotation == 0) return;
        var area = size.Height * size.Width;
        using var scratch = new Scratch<double>(size.Channels);
        var fill = scratch.Span;
        for (var c = 0; c < fill.Length; c++) fill[c] = data.Centre(c) ?? Mean(sample.Slice(c * area, area));
        if (isFlipped || right != 0 || down != 0)
        {
            for (var c = 0; c < size.Channels; c++)
                PlaneMotion.Shift(sample.Slice(c * area, area), size.Width, isFlipped, right, down, (float)fill[c]);
            if (mask.Length > 0) PlaneMotion.Shift(mask, size.Width, isFlipped, right, down, -100);
        }
        if (change.Rotation > 0)
        {
            var random = SampleRandom.Of(change.Key, epoch, index, SampleRandom.Rotation);
            var turn = random.Between(-change.Rotation, change.Rotation) / 180;
            for (var c = 0; c < size.Channels; c++)
                PlaneMotion.Rotate(sample.Slice(c * area, area), size.Width, turn, fill[c]);
            if (mask.Length > 0) PlaneMotion.RotateNearest(mask, size.Width, turn, -100);
        }
    }

    private static double Mean(ReadOnlySpan<float> plane)
    {
        var sum = 0.0;
        foreach (var number in plane) sum += number;
        return sum / plane.Length;
    }
}
