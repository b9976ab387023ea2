namespace Surprisal.Cuda;

/// <summary>
/// Losses of elements, one kernel a formula: losses, their sum and gradients in one pass, which may overwrite the inputs. A block of
/// threads takes a block of the library's, tile by tile; what it computes goes through shared memory to as many threads as the library has
/// lanes, which add the tile before while the others make the next. Where weights cut a block into runs, losses go to memory, and
/// <see cref="RunKernels"/> adds them.
/// </summary>
internal readonly struct ElementKernels : IElementKernel
{
    public const int Threads = 512;

    /// <summary>The elements that the library adds up together.</summary>
    public const int Block = 16_384;

    private const int AtOnce = 4, Tile = AtOnce * Threads;

    public static readonly IReadOnlyList<PtxModule> Modules = IElementKernel.Modules<ElementKernels>();

    public static string Stem => "elements";

    public static PtxKernel Of<TElement, T, TWork, TFormula>()
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
        where TWork : struct, IRealFormat
        where TFormula : struct, IElementFormula =>
        new(TFormula.Name, Threads, T.Size == 8 ? 1 : 2, Write<TElement, T, TWork, TFormula>);

    private static void Write<TElement, T, TWork, TFormula>(PtxWriter writer)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
        where TWork : struct, IRealFormat
        where TFormula : struct, IElementFormula
    {
        var arguments = ElementArguments.Read(writer);
        var element = new ElementWriter<TElement, T, TWork, TFormula>(writer, arguments);
        var (thread, first) = (writer.Thread(), writer.Shared("tile", 2 * Tile * TWork.Size));
        var both = first + first + Tile * TWork.Size; // the addresses of the two tiles
        var tile = writer.Variable(first);
        var lane = new LaneSum<TWork>(writer, 1);
        var isAdded = Whole<U64>.Equal(arguments.Losses, 0);
        var addsTile = isAdded & thread < TWork.Lanes;
        var start = writer.Block() * Block;
        var end = Whole<U32>.Min(start + Block, arguments.Elements);
        writer.For(start, end, Tile, from =>
        {
            Whole<U32>[] own = [thread, thread + Threads, thread + 2 * Threads, thread + 3 * Threads];
            var at = Array.ConvertAll(own, i => from + i);
            var loaded = Array.ConvertAll(at, i => element.Load(i, end)); // all on their way before the first is needed
            for (var k = 0; k < AtOnce; k++)
            {
                var (i, to, (x, y)) = (at[k], tile + own[k] * TWork.Size, loaded[k]);
                writer.If(i < end, () =>
                {
                    var loss = element.Evaluate(i, x, y);
                    writer.If(isAdded, () => writer.StoreShared(to, loss),
                        () => writer.Store(writer.At(arguments.Losses, i, TWork.Size), loss));
                });
            }
            writer.Barrier();
            writer.If(addsTile, () => writer.For(thread, Whole<U32>.Min(end - from, Tile), TWork.Lanes,
                i => lane.Add(writer.LoadShared<TWork>(tile + i * TWork.Size))));
            writer.Set(tile, both - tile);
        });
        writer.If(isAdded & thread < 32, () => // a warp, whose lanes all take part
        {
            var sum = RowLanes<TWork>.Tree(writer, lane.Value());
            writer.If(Whole<U32>.Equal(thread, 0), () => writer.Store(writer.At(arguments.Terms, writer.Block(), 8), sum));
        });
    }
}
