namespace Surprisal;

/// <summary>PyTorch's former way to choose a reduction, for code that is being moved over.</summary>
public static class LegacyReduction
{
    extension(Reduction)
    {
        /// <summary>
        /// The reduction that PyTorch's <c>size_average</c> and <c>reduce</c> mean; a missing one counts as true, and both missing leave
        /// <paramref name="reduction"/>.
        /// </summary>
        /// <param name="sizeAverage">Whether to average rather than sum; ignored where <paramref name="reduce"/> is false.</param>
        /// <param name="reduce">Whether to reduce at all.</param>
        /// <param name="reduction">What holds when neither is given; overwritten otherwise, as in PyTorch.</param>
        [Obsolete("size_average and reduce args will be deprecated, please use Reduction.Mean (both true or missing), " +
            "Reduction.Sum (size_average false) or Reduction.None (reduce false) instead.")]
        public static Reduction FromLegacy(bool? sizeAverage = null, bool? reduce = null, Reduction reduction = Reduction.Mean) =>
            sizeAverage is null && reduce is null ? reduction
            : reduce == false ? Reduction.None
            : sizeAverage == false ? Reduction.Sum
            : Reduction.Mean;
    }
}
