using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// The three products of linear cross-entropy, a tile of classes at a time: logits z = W x, and of their gradients dz those of the rows, dX
/// = dz^T W, and of the weight, dW = dz X.
/// </summary>
/// <remarks>
/// A tile is kept as panels [<see cref="Classes"/>, <see cref="Rows"/>] of 49 KB with a row of X in each lane: so W is read where it lies,
/// and sums over classes go down the lanes. Each logit adds its products as <see cref="MatrixMultiply"/> does: they are the bits of a
/// linear layer. An element of dX adds its classes from zero within a tile, and the tiles in ascending order; an element of dW its rows
/// within a panel, and the panels: shorter chains than one sum, and no other whatever the blocks, the threads and the machine are.
/// </remarks>
internal static unsafe class LinearTile
{
    /// <summary>The classes of a tile: 16 micro-kernels high.</summary>
    public const int Classes = 192;

    /// <summary>The rows of a panel, which one group of dW adds.</summary>
    public const int Rows = 64;

    /// <summary>The elements of a panel.</summary>
    public const int Size = Classes * Rows;

    /// <summary>What a micro-kernel may read behind the last panel.</summary>
    public const int Slack = MicroKernel.MR;

    /// <summary>The logits of the classes [first, end), without bias.</summary>
    [MethodImpl(Compile.Separately)]
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

    /// <summary>The gradient of the weight of the classes [first, end) += that of these rows, or = that.</summary>
    [MethodImpl(Compile.Separately)]
    public static void WeightGradient<T>(
        T* tile, int first, int end, in RowPanels<T> rows, T* gradient, int pitch, bool add) where T : unmanaged
    {
        nint* steps = stackalloc nint[Rows], places = stackalloc nint[Rows];
        for (var p = 0; p < Rows; p++) (steps[p], places[p]) = (p, (nint)p * rows.Pitch);
        for (var column = 0; column < rows.Features; column += MicroKernel.NR<T>())
        for (var row = 0; row < rows.Count; row += Rows)
            MatrixMultiply.MacroKernel(Operand<T>.Padded(tile + (nint)row * Classes, Classes, Rows), steps,
                Operand<T>.InPlace(rows.Start + (nint)row * rows.Pitch, rows.Width, 1, rows.Pitch), places,
                Math.Min(Rows, rows.Count - row), 0, end - first, column, Math.Min(column + MicroKernel.NR<T>(), rows.Features),
                gradient + (nint)first * pitch, pitch, add || row > 0);
    }

    /// <summary>The columns [left, right) of the gradient of the rows += that of the classes [first, end), or = that.</summary>
    [MethodImpl(Compile.Separately)]
    public static void HiddenGradient<T>(
        T* tile, in WeightRows<T> weight, int first, int end, int count, int left, int right, T* gradient, int pitch, bool add)
        where T : unmanaged
    {
        nint* steps = stackalloc nint[Classes], places = stackalloc nint[Classes];
        for (var p = 0; p < Classes; p++) (steps[p], places[p]) = ((nint)p * Rows, (nint)p * weight.Pitch);
        var columns = Operand<T>.InPlace(weight.Start + (nint)first * weight.Pitch, weight.Width, 1, weight.Pitch);
        for (var column = left; column < right; column += MicroKernel.NR<T>())
        for (var row = 0; row < count; row += Rows)
            MatrixMultiply.MacroKernel(Operand<T>.Padded(tile + (nint)row * Classes, Rows, 1), steps, columns, places, end - first,
                0, Math.Min(Rows, count - row), column, Math.Min(column + MicroKernel.NR<T>(), right),
                gradient + (nint)row * pitch, pitch, add);
    }
}
