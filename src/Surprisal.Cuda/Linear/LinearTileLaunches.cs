namespace Surprisal.Cuda;

/// <summary>The launches between the products of linear cross-entropy, a block of logits at a time.</summary>
internal sealed class LinearTileLaunches
{
    private const int Threads = LinearKernels.Threads;

    private readonly LinearCrossEntropyLoss loss;
    private readonly LinearBuffers buffers;
    private readonly UsedRows used;
    private readonly ICudaDevice device;
    private readonly PtxModule module;
    private readonly ulong bias, weights, sampleWeights, probabilities, tiles;
    private readonly double totalWeight;

    /// <param name="loss">The options.</param>
    /// <param name="bias">One a class, or 0.</param>
    /// <param name="weights">The classes' weights, or 0.</param>
    /// <param name="sampleWeights">Doubles, or 0.</param>
    /// <param name="probabilities">[rows, classes], or 0 where targets are class indices.</param>
    /// <param name="used">The rows that count.</param>
    /// <param name="buffers">Of the evaluation.</param>
    /// <param name="memory">Of the evaluation.</param>
    /// <param name="device">What runs it.</param>
    public LinearTileLaunches(
        LinearCrossEntropyLoss loss,
        ulong bias,
        ulong weights,
        ulong sampleWeights,
        ulong probabilities,
        UsedRows used,
        LinearBuffers buffers,
        DeviceScratch memory,
        ICudaDevice device)
    {
        (this.loss, this.bias, this.weights, this.sampleWeights, this.probabilities) = (loss, bias, weights, sampleWeights, probabilities);
        (this.used, this.buffers, this.device, module) = (used, buffers, device, LinearKernels.Modules[buffers.Type.Index]);
        var classTiles = ((long)buffers.Plan.Classes + LinearTiles.Classes - 1) / LinearTiles.Classes;
        tiles = memory.Of(8L * LinearArguments.TileNumbers(HasShares) * classTiles * buffers.Pitch);
        Numbers = memory.Of(8L * LinearRows.Numbers * buffers.Sizes.Rows);
        totalWeight = loss.Weight is null || loss.LabelSmoothing == 0 || HasShares
            ? buffers.Sizes.Classes : LaneTotal.Of([.. loss.Weight], buffers.Type.IsDouble);
    }

    /// <summary>What is kept of each row that counts.</summary>
    public ulong Numbers { get; }

    private bool HasShares => probabilities != 0;

    private int RowBlocks => (buffers.Pitch + Threads - 1) / Threads;

    /// <summary>What each tile tells of each row; exponentials stay in the place of products, unless the cap needs these.</summary>
    public void Sum(LinearBlock block, bool keeps) =>
        Launch(LinearKernels.Sums, RowBlocks * block.Tiles, block, keeps && loss.SoftCap is null ? 1U : 0U);

    /// <summary>Adds the tiles to the rows; with the last class their losses and what gradients are made of are known.</summary>
    public void AddToRows(LinearBlock block, bool isFirst, bool isLast)
    {
        var temperature = buffers.Type.IsDouble ? 1 / loss.Temperature : (float)(1 / loss.Temperature);
        Launch(LinearKernels.Rows, RowBlocks, block, isFirst ? 1U : 0U, isLast ? 1U : 0U, totalWeight, loss.ZLoss, temperature,
            sampleWeights);
    }

    /// <summary>From exponentials to gradients.</summary>
    public void Differentiate(LinearBlock block) =>
        Launch(LinearKernels.Gradients, RowBlocks * block.Tiles, block, buffers.Narrow, buffers.Lift);

    /// <summary>ln sum exp of the block's rows, of sums that left out no class.</summary>
    /// <param name="block">Rows of all classes.</param>
    /// <param name="to">Where that of row 0 goes as an element, or 0.</param>
    public void LogSumExp(LinearBlock block, ulong to) => Launch(LinearKernels.LogSumExp, RowBlocks, block, to);

    /// <summary>The log-probabilities of chosen classes, <paramref name="many"/> of each row.</summary>
    public void Choose(LinearBlock block, ulong chosen, int many, ulong to) =>
        Launch(LinearKernels.Chosen, Pieces.Of((long)block.Rows * many, Threads), block, chosen, (uint)many, to);

    /// <summary>The most probable classes of each row, and their log-probabilities.</summary>
    public void Top(LinearBlock block, int many, ulong classes, ulong to) =>
        Launch(LinearKernels.Top, RowBlocks, block, (uint)many, classes, to);

    private void Launch(string kernel, int blocks, LinearBlock block, params ReadOnlySpan<PtxArgument> more)
    {
        PtxArgument[] arguments =
        [
            buffers.Logits, (uint)(buffers.Pitch * buffers.WideSize), bias, weights, used.Rows, used.Classes, tiles, Numbers,
            (uint)buffers.Sizes.Rows, used.Count, (uint)block.FirstRow, (uint)buffers.Pitch, (uint)block.FirstClass, (uint)block.Classes,
            loss.LabelSmoothing, loss.LabelSmoothing / buffers.Sizes.Classes, loss.SoftCap ?? 0, 1 / loss.SoftCap ?? 0,
            1 / loss.Temperature, buffers.State, .. HasShares ? [probabilities, (ulong)buffers.Sizes.Classes] : Array.Empty<PtxArgument>(),
            .. more,
        ];
        device.Launch(module, LinearKernels.Name(kernel, HasShares), blocks, 0, arguments);
    }
}
