namespace Surprisal.Cuda;

/// <summary>
/// The rows of a block in shared memory, a thread each: neighbours load and store neighbours, and each reads its own row at an odd pitch,
/// so that threads use different banks.
/// </summary>
internal sealed class RowTile<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    /// <summary>The rows of a tile, and the threads of its block.</summary>
    public const int Rows = 128;

    private readonly PtxWriter writer;
    private readonly Whole<U32> first, classes, pitch, elements, memory, row;

    /// <param name="writer">Of the kernel.</param>
    /// <param name="first">The block's first row.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="classes">How long they are.</param>
    public RowTile(PtxWriter writer, Whole<U32> first, Whole<U32> rows, Whole<U32> classes)
    {
        (this.writer, this.first, this.classes, pitch) = (writer, first, classes, classes | 1);
        elements = Whole<U32>.Min(rows - first, Rows) * classes;
        memory = writer.DynamicShared();
        row = memory + writer.Thread() * pitch * T.Size;
    }

    public static int Bytes(int classes) => Rows * (classes | 1) * T.Size;

    public void Load(Whole<U64> array, LogitTransform<T>? transform = null) => ForEachElement((i, c, at) =>
    {
        var x = Element(array, i);
        writer.StoreShared(at, transform?.Forward(x, c) ?? x);
    });

    /// <summary>Stores the tile, transformed gradients as those of the logits, which may lie there.</summary>
    public void Store(Whole<U64> array, LogitTransform<T>? transform = null, Whole<U64> logits = default) => ForEachElement((i, _, at) =>
    {
        var to = writer.At(array, first * classes + i, TElement.Size);
        var value = writer.LoadShared<T>(at);
        TElement.Store(writer, to, transform?.Backward(value, () => Element(logits, i)) ?? value);
    });

    /// <summary>A number of the thread's row.</summary>
    public Real<T> Read(Whole<U32> c) => writer.LoadShared<T>(row + c * T.Size);

    public void Write(Whole<U32> c, Real<T> value) => writer.StoreShared(row + c * T.Size, value);

    private Real<T> Element(Whole<U64> array, Whole<U32> i) =>
        TElement.Load(writer, writer.At(array, first * classes + i, TElement.Size));

    /// <summary>A thread takes every so-manieth element; row and class are divided once, and then follow.</summary>
    private void ForEachElement(Action<Whole<U32>, Whole<U32>, Whole<U32>> each)
    {
        var thread = writer.Thread();
        var (r, c, threads) = (writer.Variable(thread / classes), writer.Variable(thread % classes), writer.Variable<U32>(Rows));
        var (rowStep, step) = (threads / classes, threads % classes);
        writer.For(thread, elements, Rows, i =>
        {
            each(i, c, memory + (r * pitch + c) * T.Size);
            writer.Set(r, r + rowStep);
            writer.Set(c, c + step);
            writer.If(c >= classes, () =>
            {
                writer.Set(c, c - classes);
                writer.Set(r, r + 1);
            });
        });
    }
}
