namespace Surprisal.Training;

/// <summary>1797 handwritten digits of 8 x 8 pixels, part of the library: a dataset to try things on without a download.</summary>
/// <remarks>
/// The test part of E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998,
/// DOI 10.24432/C50P49, licence CC BY 4.0; the same samples in the same order as scikit-learn's <c>load_digits</c>.
/// </remarks>
public static class Digits
{
    /// <summary>
    /// All 1797 digits, classes "0" .. "9" of 174 to 183 samples each; <see cref="Dataset.Split(double, Seed)"/> gives a part to test on.
    /// </summary>
    /// <remarks>
    /// Samples have shape [1, 8, 8] and numbers in 0 (paper) .. 1 (ink). The original's 17 levels are kept as bytes, round(level * 255 /
    /// 16), so a number differs from level / 16 by less than 1/500. Mean 0 and deviation 1: the numbers stay in 0 .. 1.
    /// </remarks>
    public static Dataset Load()
    {
        var (images, labels) = (Resource("digits-images.idx3.gz"), Resource("digits-labels.idx1.gz"));
        return new ImageDataset(images.Data, [images.Shape[0], 1, images.Shape[1], images.Shape[2]],
            Array.ConvertAll(labels.Data, label => (long)label), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    }

    private static IdxFile Resource(string name)
    {
        using var stream = typeof(Digits).Assembly.GetManifestResourceStream($"Surprisal.{name}")!;
        return IdxFile.Read(stream, name);
    }
}
