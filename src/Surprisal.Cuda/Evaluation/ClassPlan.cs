namespace Surprisal.Cuda;

/// <summary>Which layout takes logits [samples, classes, inner], and how it is launched.</summary>
/// <param name="Module">Where the kernel is.</param>
/// <param name="Kernel">Whose name begins with the layout's.</param>
/// <param name="PositionsOfABlock">How many positions a block, or a cluster of blocks, takes.</param>
/// <param name="SharedBytes">What a block needs of shared memory.</param>
/// <param name="Cluster">How many blocks a cluster has.</param>
internal readonly record struct ClassPlan(PtxModule Module, PtxKernel Kernel, int PositionsOfABlock, int SharedBytes, int Cluster = 1)
{
    /// <summary>From so many classes on a row has blocks of its own; shorter ones would leave most of its threads idle.</summary>
    public const int ClusteredFrom = 4097;

    /// <summary>A thread a row, through shared memory.</summary>
    public const string ColumnRows = "columns_rows";

    /// <summary>A thread a position, whose classes are apart or do not fit.</summary>
    public const string ColumnStrided = "columns_strided";

    /// <summary>As many threads a row as there are lanes, in shared memory between the passes.</summary>
    public const string RowsResident = "rows_resident";

    /// <summary>The same for rows that do not fit.</summary>
    public const string RowsStreamed = "rows_streamed";

    /// <summary>Clusters of blocks for long rows, in their shared memory between the passes.</summary>
    public const string RowsClustered = "rows_clustered";

    public static string Name(string layout, ClassVariant variant) => $"{layout}_{variant.ToString().ToLowerInvariant()}";

    /// <param name="device">What runs it.</param>
    /// <param name="module">The kernels of all layouts but clusters.</param>
    /// <param name="nameOf">The kernel's name in a layout.</param>
    /// <param name="type">Of the logits.</param>
    /// <param name="classes">At least one.</param>
    /// <param name="inner">How far the classes of a position are apart.</param>
    public static ClassPlan Of(ICudaDevice device, PtxModule module, Func<string, string> nameOf, ElementType type, int classes, int inner)
    {
        if (inner == 1 && classes >= ClusteredFrom && ClusterKernels.Find(type, nameOf(RowsClustered)) is var (clusters, kernel))
        {
            var grid = new LaunchGrid(RowCluster<FloatElement>.BlocksOf(classes), RowCluster<FloatElement>.SharedBytes(classes),
                RowCluster<FloatElement>.BlocksOf(classes));
            if (grid.Cluster <= RowCluster<FloatElement>.MostBlocks && device.HasClusters(clusters, kernel, grid))
                return new(clusters, kernel, 1, grid.SharedBytes, grid.Cluster);
        }
        var (layout, positions, shared) = type.IsDouble
            ? Of<DoubleElement, F64>(classes, inner, device.MaxSharedBytes)
            : Of<FloatElement, F32>(classes, inner, device.MaxSharedBytes); // sizes are those of what is computed in
        return new(module, module.Entries.Single(known => known.Name == nameOf(layout)), positions, shared);
    }

    /// <summary>The blocks that so many positions take.</summary>
    public LaunchGrid Grid(int positions) => new(Pieces.Of(positions, PositionsOfABlock) * Cluster, SharedBytes, Cluster);

    private static (string Layout, int Positions, int Shared) Of<TElement, T>(int classes, int inner, int maxShared)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
    {
        if (LossBlocks.UsesColumns(classes, inner))
        {
            var shared = RowTile<TElement, T>.Bytes(classes);
            return inner > 1 || shared > maxShared // rows that do not fit are read where they lie
                ? (ColumnStrided, RowTile<TElement, T>.Rows, 0)
                : (ColumnRows, RowTile<TElement, T>.Rows, shared);
        }
        var bytes = RowSlots<TElement, T>.SharedBytes(classes);
        var isResident = bytes <= Math.Min(maxShared, RowSlots<TElement, T>.MaxShared);
        return (isResident ? RowsResident : RowsStreamed, RowSlots<TElement, T>.RowsOfABlock, isResident ? bytes : 0);
    }
}
