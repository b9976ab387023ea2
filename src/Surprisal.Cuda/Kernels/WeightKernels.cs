namespace Surprisal.Cuda;

/// <summary>
/// Sample weights of each element type as doubles, for all that follow: a position of weight 0 is ignored, whatever its logits hold.
/// </summary>
internal static class WeightKernels
{
    public const int Threads = 256;

    public static PtxModule Module { get; } = new("weights",
    [
        Kernel<FloatElement, F32>(), Kernel<DoubleElement, F64>(), Kernel<HalfElement, F32>(), Kernel<BFloat16Element, F32>(),
    ]);

    /// <summary>Starts it: weights of that type to doubles, and -1 to the targets of those that are 0.</summary>
    public static void Run(ICudaDevice device, ElementType type, ulong from, ulong to, ulong targets, int positions) =>
        device.Launch(Module, Module.Entries[type.Index], Pieces.Of(positions, Threads), 0, from, to, targets, (uint)positions);

    private static PtxKernel Kernel<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat =>
        new($"weights_{TElement.Name}", Threads, 4, Write<TElement, T>);

    /// <summary>A thread a position.</summary>
    private static void Write<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (from, to, targets) = (writer.Address("from"), writer.Address("to"), writer.Address("targets"));
        var positions = writer.Parameter<U32>("positions");
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= positions);
        var weight = writer.Widen(TElement.Load(writer, writer.At(from, i, TElement.Size)));
        writer.Store(writer.At(to, i, 8), weight);
        writer.If(Real<F64>.Equal(weight, Real<F64>.Zero), () => writer.Store<S32>(writer.At(targets, i, 4), -1));
    }
}
