namespace Surprisal.Cuda;

/// <summary>What the kernels between the products are told of a block of rows and classes, in the order of a launch.</summary>
/// <param name="Logits">[classes, rows] in the kernel's format: products, then exponentials, then their gradients.</param>
/// <param name="Pitch">Bytes from one class to the next.</param>
/// <param name="Bias">[classes] as elements, or 0.</param>
/// <param name="Weights">The classes' weights in the kernel's format, or 0.</param>
/// <param name="Used">The rows that count.</param>
/// <param name="Pivots">Of each of them the class whose gradient is not made of its exponential: its target, or of probabilities a
/// largest logit's.</param>
/// <param name="Tiles">Of each tile of classes and each row of the block what was summed, <see cref="TileNumbers"/> doubles.</param>
/// <param name="Rows">What is kept of each row.</param>
/// <param name="Count">How many rows count.</param>
/// <param name="FirstRow">The block's first row of those that count.</param>
/// <param name="BlockRows">How many rows the block has room for.</param>
/// <param name="FirstClass">Its first class.</param>
/// <param name="Classes">How many classes it has.</param>
/// <param name="Smoothing">How much of the target is spread over the classes.</param>
/// <param name="Share">Smoothing / classes.</param>
/// <param name="Cap">Of the logits, 0 for none.</param>
/// <param name="InverseCap">1 / cap.</param>
/// <param name="InverseTemperature">1 / temperature.</param>
/// <param name="State">An <see cref="EvaluationState"/>.</param>
internal sealed record LinearArguments(
    Whole<U64> Logits,
    Whole<U32> Pitch,
    Whole<U64> Bias,
    Whole<U64> Weights,
    Whole<U64> Used,
    Whole<U64> Pivots,
    Whole<U64> Tiles,
    LinearRows Rows,
    Whole<U64> Count,
    Whole<U32> FirstRow,
    Whole<U32> BlockRows,
    Whole<U32> FirstClass,
    Whole<U32> Classes,
    Real<F64> Smoothing,
    Real<F64> Share,
    Real<F64> Cap,
    Real<F64> InverseCap,
    Real<F64> InverseTemperature,
    Whole<U64> State)
{
    /// <summary>What a tile and row has: the maximum, the sum of exponentials, the cost; of probabilities also the sum of their shares,
    /// the class of the largest logit and its share. In bytes.</summary>
    public const int Max = 0, ExpSum = 8, Cost = 16, Total = 24, Top = 32, TopShare = 40;

    /// <summary>Class probabilities [rows, all classes]; of the kernels that have them.</summary>
    public Whole<U64> Probabilities { get; private init; }

    /// <summary>How many classes a row of them has.</summary>
    public Whole<U64> AllClasses { get; private init; }

    private bool HasShares { get; init; }

    public static LinearArguments Read(PtxWriter writer, bool hasShares) => new(
        writer.Address("logits"), writer.Parameter<U32>("pitch"), writer.Address("bias"), writer.Address("weights"),
        writer.Address("used"), writer.Address("pivots"), writer.Address("tiles"),
        new(writer, writer.Address("numbers"), writer.Parameter<U32>("capacity")),
        writer.Address("count"), writer.Parameter<U32>("first_row"), writer.Parameter<U32>("rows"), writer.Parameter<U32>("first_class"),
        writer.Parameter<U32>("classes"), writer.Number<F64>("smoothing"), writer.Number<F64>("share"), writer.Number<F64>("cap"),
        writer.Number<F64>("inverse_cap"), writer.Number<F64>("inverse_temperature"), writer.Address("state"))
    {
        HasShares = hasShares,
        Probabilities = hasShares ? writer.Address("probabilities") : default,
        AllClasses = hasShares ? writer.Parameter<U64>("all_classes") : default,
    };

    /// <summary>The doubles of a tile and row.</summary>
    public static int TileNumbers(bool hasShares) => hasShares ? 6 : 3;

    /// <summary>Where the numbers of a tile and a row of the block are.</summary>
    public Whole<U64> Tile(PtxWriter writer, Whole<U32> tile, Whole<U32> row) =>
        writer.At(Tiles, (tile * BlockRows + row) * TileNumbers(HasShares), 8);

    /// <summary>Where a row's pivot is.</summary>
    public Whole<U64> Pivot(PtxWriter writer, Whole<U32> row) => writer.At(Pivots, row, 4);

    /// <summary>The weight of a class, 1 without weights.</summary>
    public Real<T> WeightOf<T>(PtxWriter writer, Whole<U32> c) where T : struct, IRealFormat
    {
        var weight = writer.Variable(Real<T>.One);
        writer.If(Whole<U64>.NotEqual(Weights, 0), () => writer.Set(weight, writer.Load<T>(writer.At(Weights, c, T.Size))));
        return weight;
    }
}
