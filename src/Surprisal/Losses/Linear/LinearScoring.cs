using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Runs the forward half of linear cross-entropy for what is asked of its logits.</summary>
internal static unsafe class LinearScoring
{
    /// <summary>What is asked, and where it goes.</summary>
    public readonly ref struct Request<T> where T : unmanaged
    {
        /// <summary>Classes, <see cref="ChosenOfRow"/> for each row.</summary>
        public ReadOnlySpan<int> Chosen { get; init; }

        public int ChosenOfRow { get; init; }

        /// <summary>How many of the largest; their classes.</summary>
        public int Top { get; init; }

        public Span<int> TopClasses { get; init; }

        /// <summary>The log-probabilities of the chosen classes, or of the largest.</summary>
        public Span<T> Scores { get; init; }

        public Span<T> LogSumExp { get; init; }
    }

    /// <summary>Writes what is asked; 16-bit numbers are computed in float.</summary>
    public static void Run<T>(LinearCrossEntropyLoss loss, in LinearOperands<T> operands, in Request<T> request)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double)) RunIn<T, double>(loss, operands, request);
        else RunIn<T, float>(loss, operands, request);
    }

    private static void RunIn<TStored, T>(LinearCrossEntropyLoss loss, in LinearOperands<TStored> operands, in Request<TStored> request)
        where TStored : unmanaged, IFloatingPointIeee754<TStored>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var memory = new LinearMemory<TStored, T>(loss, operands, operands.Rows, hasScores: true);
        using Scratch<double> numbers = new(memory.RowDoubles), tileNumbers = new(memory.TileDoubles);
        using Scratch<T> tiles = new(memory.TileElements, aligned: true), packed = new(memory.PackedElements, aligned: true),
            copies = new(memory.CopyElements, aligned: true), bias = new(memory.BiasElements), scores = new(request.Scores.Length);
        using var pivots = new Scratch<int>(memory.Capacity);
        pivots.Span.Clear();
        SixteenBit.Widen(operands.Bias, bias.Span);
        fixed (TStored* x = operands.Hidden, w = operands.Weight)
        fixed (T* tile = tiles.Span, pack = packed.Span, copy = copies.Span, b = bias.Span, score = scores.Span)
        fixed (double* rowMemory = numbers.Span, tileMemory = tileNumbers.Span)
        fixed (int* pivot = pivots.Span, chosen = request.Chosen, top = request.TopClasses)
        {
            var job = new LinearJob<TStored, T>
            {
                Hidden = x, Weight = w, Bias = operands.Bias.IsEmpty ? null : b, Count = operands.Rows, Features = operands.Features,
                Classes = operands.Classes, Pitch = memory.Pitch, Rows = new(rowMemory, pivot, memory.Capacity),
                Logits = new(loss.SoftCap, loss.Temperature), Schedule = memory.Schedule, Tiles = tile, Numbers = tileMemory,
                Scores = new()
                {
                    IsWanted = true, Chosen = chosen, ChosenOfRow = request.ChosenOfRow, ChosenLogits = score, Top = request.Top,
                    TopClasses = top, TopLogits = score,
                },
            };
            memory.Place(ref job, pack, copy);
            job.Run();
            for (var row = 0; row < operands.Rows; row++)
            {
                var l = job.Rows.Scale[row];
                if (!request.LogSumExp.IsEmpty) request.LogSumExp[row] = Scalar.Round<TStored>(l);
                if (request.Top > 0) Sort(job.Scores, row, double.IsNaN(l));
                var perRow = request.Scores.Length / operands.Rows;
                for (var i = row * perRow; i < (row + 1) * perRow; i++)
                    request.Scores[i] = Scalar.Round<TStored>(double.CreateTruncating(score[i]) - l);
            }
        }
    }

    private static void Sort<T>(in LinearScores<T> scores, int row, bool isNaN) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var classes = scores.TopClasses + (nint)row * scores.Top;
        if (!isNaN) new TopHeap<T>(scores.TopLogits + (nint)row * scores.Top, classes, scores.Top).Sort();
        else
            for (var i = 0; i < scores.Top; i++) classes[i] = i;
    }
}
