namespace Surprisal.Cuda;

/// <summary>What Backward does with a saved gradient: to = from factor, or to += from factor, each rounded as the library's are.</summary>
internal static class GradientKernels
{
    public const int Threads = 256;

    public static PtxModule Module { get; } = new("gradients",
        [Kernel<FloatElement, F32>(), Kernel<DoubleElement, F64>(), Kernel<HalfElement, F32>(), Kernel<BFloat16Element, F32>()]);

    /// <summary>Starts it; nothing is written where the state says stop. A state of 0 never does.</summary>
    public static void Run(
        ICudaDevice device,
        ElementType type,
        ulong from,
        ulong to,
        int elements,
        double factor,
        bool adds,
        ulong state) =>
        device.Launch(Module, Module.Entries[type.Index], Pieces.Of(elements, 4 * Threads), 0, from, to,
            (uint)elements, factor, adds ? 1U : 0U, state);

    private static PtxKernel Kernel<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat =>
        new($"gradients_{TElement.Name}", Threads, 4, Write<TElement, T>);

    private static void Write<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (from, to, count) = (writer.Address("from"), writer.Address("to"), writer.Parameter<U32>("elements"));
        var (factor, adds, state) = (writer.Number<F64>("factor"), writer.Parameter<U32>("adds"), writer.Address("state"));
        writer.If(Whole<U64>.NotEqual(state, 0), () => ClassArguments.ReturnIfStopped(writer, state));
        var scale = writer.Narrow<T>(factor);
        writer.Four(Threads, count, at =>
        {
            var gradients = Array.ConvertAll(at, i => writer.Variable(TElement.Load(writer, writer.At(from, i, TElement.Size)) * scale));
            writer.If(Whole<U32>.NotEqual(adds, 0), () =>
            {
                for (var k = 0; k < at.Length; k++)
                {
                    var sum = TElement.Load(writer, writer.At(to, at[k], TElement.Size));
                    writer.Set(gradients[k], sum + TElement.Rounded(writer, gradients[k]));
                }
            });
            for (var k = 0; k < at.Length; k++) TElement.Store(writer, writer.At(to, at[k], TElement.Size), gradients[k]);
        });
    }
}
