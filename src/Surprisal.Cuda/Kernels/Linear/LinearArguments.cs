namespace Surprisal.Cuda;

/// <summary>What the kernels between the products are told of a block of rows and classes, in the order of a launch.</summary>
/// <param name="Logits">[classes, rows] in the kernel's format: products, then exponentials, then their gradients.</param>
/// <param name="Pitch">Bytes from one class to the next.</param>
/// <param name="Bias">[classes] as elements, or 0.</param>
/// <param name="Weights">The classes' weights in the kernel's format, or 0.</param>
/// <param name="Targets">Of each row that counts its class.</param>
/// <param name="Tiles">Of each tile of classes and each row of the block the maximum, the sum of exponentials and the cost, in
/// double.</param>
/// <param name="Rows">What is kept of each row.</param>
/// <param name="Count">How many rows count.</param>
/// <param name="FirstRow">The block's first row of those that count.</param>
/// <param name="BlockRows">How many rows the block has room for.</param>
/// <param name="FirstClass">Its first class.</param>
/// <param name="Classes">How many classes it has.</param>
/// <param name="Smoothing">How much of the target is spread over the classes.</param>
/// <param name="Cap">Of the logits, 0 for none.</param>
/// <param name="InverseCap">1 / cap.</param>
/// <param name="InverseTemperature">1 / temperature.</param>
/// <param name="State">An <see cref="EvaluationState"/>.</param>
internal sealed record LinearArguments(
    Whole<U64> Logits,
    Whole<U32> Pitch,
    Whole<U64> Bias,
    Whole<U64> Weights,
    Whole<U64> Targets,
    Whole<U64> Tiles,
    LinearRows Rows,
    Whole<U64> Count,
    Whole<U32> FirstRow,
    Whole<U32> BlockRows,
    Whole<U32> FirstClass,
    Whole<U32> Classes,
    Real<F64> Smoothing,
    Real<F64> Cap,
    Real<F64> InverseCap,
    Real<F64> InverseTemperature,
    Whole<U64> State)
{
    /// <summary>The doubles of a tile and row.</summary>
    public const int TileNumbers = 3;

    public static LinearArguments Read(PtxWriter writer) => new(
        writer.Address("logits"), writer.Parameter<U32>("pitch"), writer.Address("bias"), writer.Address("weights"),
        writer.Address("targets"), writer.Address("tiles"), new(writer, writer.Address("numbers"), writer.Parameter<U32>("capacity")),
        writer.Address("count"), writer.Parameter<U32>("first_row"), writer.Parameter<U32>("rows"), writer.Parameter<U32>("first_class"),
        writer.Parameter<U32>("classes"), writer.Number<F64>("smoothing"), writer.Number<F64>("cap"), writer.Number<F64>("inverse_cap"),
        writer.Number<F64>("inverse_temperature"), writer.Address("state"));

    /// <summary>Where the numbers of a tile and a row of the block are.</summary>
    public Whole<U64> Tile(PtxWriter writer, Whole<U32> tile, Whole<U32> row) =>
        writer.At(Tiles, (tile * BlockRows + row) * TileNumbers, 8);

    /// <summary>The weight of a class, 1 without weights.</summary>
    public Real<T> WeightOf<T>(PtxWriter writer, Whole<U32> c) where T : struct, IRealFormat
    {
        var weight = writer.Variable(Real<T>.One);
        writer.If(Whole<U64>.NotEqual(Weights, 0), () => writer.Set(weight, writer.Load<T>(writer.At(Weights, c, T.Size))));
        return weight;
    }
}
