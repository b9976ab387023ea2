using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// The three products of linear cross-entropy, a tile of classes at a time: logits z = W x, and of their gradients dz those of the rows, dX
/// = dz^T W, and of the weight, dW = dz X.
/// </summary>
/// <remarks>
/// A tile is kept as panels [<see cref="Classes"/>, <see cref="Rows"/>] of 49 KB with a row of X in each lane: so W is read where it lies,
/// and sums over classes go down the lanes. For the gradients it becomes strips as wide as the micro-kernel is high. Each logit adds its
/// products as <see cref="MatrixMultiply"/> does: they are the bits of a linear layer. An element of dX adds its classes from zero within a
/// tile, and the tiles in ascending order; an element of dW its rows within a panel, and the panels: shorter chains than one sum, and no
/// other whatever the blocks, the threads and the machine are.
/// </remarks>
internal static unsafe class LinearTile
{
    /// <summary>The classes of a tile: 16 micro-kernels high.</summary>
    public const int Classes = 192;

    /// <summary>The rows of a panel, which one group of dW adds.</summary>
    public const int Rows = 64;

    /// <summary>The elements of a panel.</summary>
    public const int Size = Classes * Rows;

    /// <summary>How many rows of W are asked for beside a micro-kernel.</summary>
    private const int FetchedRows = 24;

    /// <summary>What a micro-kernel may read behind the last panel.</summary>
    public const int Slack = MicroKernel.MR;

    /// <summary>The logits of the classes [first, end), without bias.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static void Logits<T>(in WeightRows<T> weight, int first, int end, in RowPanels<T> rows, T* tile) where T : unmanaged
    {
        nint* steps = stackalloc nint[MatrixMultiply.KC], places = stackalloc nint[MatrixMultiply.KC];
        for (var p = 0; p < MatrixMultiply.KC; p++) steps[p] = p;
        var lanes = MatrixMultiply.RoundUp(rows.Count, Lanes<T>.Count);
        for (var depth = 0; depth < rows.Features; depth += MatrixMultiply.KC)
        {
            var products = Math.Min(MatrixMultiply.KC, rows.Features - depth);
            var left = weight.Rows.From(depth);
            var right = Operand<T>.Panels(rows.Packed + (nint)depth * rows.PackedCount, rows.PackedCount, MicroKernel.NR<T>(), products);
            right.Steps(places, products);
            for (var row = 0; row < rows.Count; row += Rows)
                MatrixMultiply.MacroKernel(left, steps, right, places, products, first, end, row, Math.Min(row + Rows, lanes),
                    tile + (nint)row * Classes - (nint)first * Rows - row, Rows, depth > 0);
        }
    }

    /// <summary>The gradient of the weight, from strips, of the classes [first, end) += that of these rows, or = that.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static void WeightGradient<T>(
        T* tile, int first, int end, in RowPanels<T> rows, T* gradient, int pitch, bool add) where T : unmanaged
    {
        nint* steps = stackalloc nint[Rows], places = stackalloc nint[Rows];
        for (var p = 0; p < Rows; p++) places[p] = (nint)p * MicroKernel.NR<T>();
        for (var column = 0; column < rows.Features; column += MicroKernel.NR<T>())
        {
            var right = Math.Min(column + MicroKernel.NR<T>(), rows.Features);
            for (var row = 0; row < rows.Count; row += Rows)
            {
                for (var p = 0; p < Rows; p++)
                    steps[p] = (row + p) / MicroKernel.MR * (Classes * MicroKernel.MR) + (row + p) % MicroKernel.MR;
                var left = Operand<T>.Padded(tile, Classes, MicroKernel.MR);
                var columns = Operand<T>.Padded(rows.Strips + (nint)row * MicroKernel.NR<T>(), rows.Features, rows.Count);
                var products = Math.Min(Rows, rows.Count - row);
                for (var i = 0; i < end - first; i += MicroKernel.MR)
                {
                    // the sums of so few products leave no time to fetch what they are added to: that of the next classes comes now
                    if (row == 0) PrefetchRows(gradient + (nint)(first + i + MicroKernel.MR) * pitch + column, pitch, MicroKernel.MR);
                    MatrixMultiply.MacroKernel(left, steps, columns, places, products, i, Math.Min(i + MicroKernel.MR, end - first), column,
                        right, gradient + (nint)first * pitch, pitch, add || row > 0);
                }
            }
        }
    }

    /// <summary>The elements of a tile of that many rows, as panels or as strips.</summary>
    public static int SizeOf(int rows) => MatrixMultiply.RoundUp(rows, MicroKernel.MR) * Classes;

    /// <summary>From panels to strips: [rows / MR, classes, MR].</summary>
    [MethodImpl(Compile.Separately)]
    public static void PackStrips<T>(T* panels, int classes, int rows, T* strips) where T : unmanaged
    {
        for (var row = 0; row < rows; row += MicroKernel.MR, strips += Classes * MicroKernel.MR)
        for (var (part, next) = (row, 0); part < Math.Min(rows, row + MicroKernel.MR); part = next)
        {
            next = Math.Min(Math.Min(rows, row + MicroKernel.MR), (part / Rows + 1) * Rows); // a strip may lie in two panels
            var from = panels + (nint)(part / Rows) * Size + part % Rows;
            var to = strips + (part - row);
            for (var c = 0; c < classes; c++, from += Rows, to += MicroKernel.MR)
                if (next - part == MicroKernel.MR) Unsafe.CopyBlockUnaligned(to, from, (uint)(MicroKernel.MR * sizeof(T)));
                else
                    for (var i = 0; i < next - part; i++) to[i] = from[i];
        }
    }

    /// <summary>The columns [left, right) of the gradient of the rows += that of the classes [first, end), or = that.</summary>
    /// <param name="tile">The tile's strips.</param>
    /// <param name="weight">W.</param>
    /// <param name="first">The tile's first class.</param>
    /// <param name="end">The end of its classes.</param>
    /// <param name="count">The rows.</param>
    /// <param name="left">The first column.</param>
    /// <param name="right">The end of the columns.</param>
    /// <param name="strip">Memory for <see cref="Classes"/> times the columns of a micro-kernel.</param>
    /// <param name="gradient">The first row's gradient.</param>
    /// <param name="pitch">From one row's to the next.</param>
    /// <param name="add">Whether it is added to.</param>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static void HiddenGradient<T>(
        T* tile, in WeightRows<T> weight, int first, int end, int count, int left, int right, T* strip, T* gradient, int pitch, bool add)
        where T : unmanaged
    {
        nint* steps = stackalloc nint[Classes], places = stackalloc nint[Classes];
        for (var p = 0; p < Classes; p++) (steps[p], places[p]) = ((nint)p * MicroKernel.MR, (nint)p * MicroKernel.NR<T>());
        for (var column = left; column < right; column += MicroKernel.NR<T>())
        {
            // columns of W are pieces of rows that lie pages apart: once packed they stay in the nearest cache
            Panels.Pack(weight.Start + (nint)first * weight.Pitch + column, 1, weight.Pitch, right - column, MicroKernel.NR<T>(), 0,
                end - first, strip);
            HiddenGradient(tile, weight, first, end, count, column, right, strip, steps, places, gradient, pitch, add);
        }
    }

    private static void HiddenGradient<T>(
        T* tile, in WeightRows<T> weight, int first, int end, int count, int column, int right, T* strip, nint* steps, nint* places,
        T* gradient, int pitch, bool add)
        where T : unmanaged
    {
        var columns = Operand<T>.Padded(strip - (nint)column, right, 1);
        var rows = Operand<T>.Panels(tile, count, MicroKernel.MR, Classes);
        for (var (i, fetched) = (0, 0); i < count; i += MicroKernel.MR)
        {
            // the next columns of W come from far, in pieces that no prefetcher of the hardware sees
            var ahead = Math.Min(end - first - fetched, FetchedRows);
            PrefetchRows(weight.Start + (nint)(first + fetched) * weight.Pitch + column + MicroKernel.NR<T>(), weight.Pitch, ahead);
            fetched += ahead;
            MatrixMultiply.MacroKernel(rows, steps, columns, places, end - first, i, Math.Min(i + MicroKernel.MR, count), column,
                Math.Min(column + MicroKernel.NR<T>(), right), gradient, pitch, add);
        }
    }

    /// <summary>Asks for the columns of a micro-kernel in some rows; addresses need not exist.</summary>
    private static void PrefetchRows<T>(T* at, nint pitch, int rows) where T : unmanaged
    {
        for (var i = 0; i < rows; i++, at += pitch)
        {
            Lanes<T>.PrefetchSoon(at);
            if (MicroKernel.NR<T>() > Lanes<T>.Count) Lanes<T>.PrefetchSoon(at + Lanes<T>.Count);
        }
    }
}
