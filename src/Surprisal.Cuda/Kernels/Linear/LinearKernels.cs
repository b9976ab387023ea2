namespace Surprisal.Cuda;

/// <summary>The kernels of linear cross-entropy: those of no element type, and those of each.</summary>
internal static class LinearKernels
{
    public const int Threads = 128;

    public const string Sums = "linear_sums", Gradients = "linear_gradients", Rows = "linear_rows", Bias = "linear_bias",
        Gather = "linear_gather", Scatter = "linear_scatter", Losses = "linear_losses", LogSumExp = "linear_log_sum_exp",
        Chosen = "linear_chosen", Top = "linear_top";

    /// <summary>By <see cref="ElementType.Index"/>.</summary>
    public static readonly IReadOnlyList<PtxModule> Modules =
    [
        Of<FloatElement, FloatElement, F32>(), Of<DoubleElement, DoubleElement, F64>(), Of<HalfElement, FloatElement, F32>(),
        Of<BFloat16Element, FloatElement, F32>(),
    ];

    /// <summary>That of class indices, or that of class probabilities, whose shares it reads.</summary>
    public static string Name(string kernel, bool hasShares) => hasShares ? kernel + "_shares" : kernel;

    /// <summary>Those that are there for each element type.</summary>
    public static string Name(LinearProduct product) => $"linear_product_{product.ToString().ToLowerInvariant()}";

    /// <typeparam name="TElement">What hidden states and weight are.</typeparam>
    /// <typeparam name="TWide">The element of the format that is computed in.</typeparam>
    /// <typeparam name="T">That format.</typeparam>
    private static PtxModule Of<TElement, TWide, T>()
        where TElement : struct, IElement<T>
        where TWide : struct, IElement<T>
        where T : struct, IRealFormat =>
        new($"linear_{TElement.Name}",
            [.. ProductKernels<TElement, TWide, T>.Entries, .. LinearTileKernels<TElement, T>.Entries, .. LinearRowKernel<T>.Entries,
                .. LinearEdgeKernels<TElement, TWide, T>.Entries, .. LinearScoreKernels<TElement, T>.Entries]);
}
