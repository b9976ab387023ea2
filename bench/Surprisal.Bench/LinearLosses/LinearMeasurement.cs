using Surprisal.Bench.Results;

namespace Surprisal.Bench.LinearLosses;

/// <summary>One size by all sides: what each needs in memory and what it computes, then the times, round by round in turns.</summary>
internal static class LinearMeasurement
{
    public static LinearPoint Run(LinearSize size, LibTorchProgram? torch, bool isShort)
    {
        var (rounds, calls) = size.Patience(isShort);
        List<LinearProcess> sides = [];
        try
        {
            // These write gradients into memory that is there, the others into memory that they take.
            foreach (var target in new[] { size.Products, size.Kept, size.Again })
                sides.Add(new LinearProcess(target, Rival.Here(), [], calls, outputs: 0));
            var (products, kept, again) = (sides[0], sides[1], sides[2]);
            Comparison.Check(size.Kept, kept.Answer, again.Answer, 0, "the other schedule");
            var dense = size.IsDrawn ? Added(new LinearProcess(size.Dense, Rival.Here(), [], calls, size.GradientBytes)) : null;
            var pyTorch = torch is null ? null : Faster(size, torch, calls) is { } found ? Added(found) : null;
            for (var round = 0; round < rounds; round++)
                foreach (var side in sides) side.Time();
            return new LinearPoint(
                size.Rows, size.Hidden, size.Classes, rounds, products.Measured(products).Milliseconds, kept.Measured(products),
                again.Measured(products), dense?.Measured(products), pyTorch?.Measured(products));

            LinearProcess Added(LinearProcess side)
            {
                sides.Add(side);
                Comparison.Check(size.Kept, kept.Answer, side.Answer, size.Kept.Tolerance, "a side that holds the logits");
                return side;
            }
        }
        finally
        {
            sides.ForEach(static side => side.Dispose());
        }
    }

    /// <summary>
    /// PyTorch as installed or tuned, whichever takes less time here; one at a time, for each holds several matrices of logits. Null where
    /// that is more than there is and its process ends.
    /// </summary>
    private static LinearProcess? Faster(LinearSize size, LibTorchProgram torch, int calls)
    {
        var inputs = size.Dense.Work.Prepare().Inputs;
        try
        {
            return Start(new[] { false, true }.MinBy(tuned =>
            {
                using var way = Start(tuned);
                return way.Call();
            }));
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            Console.Error.WriteLine("PyTorch's process ended, of too little memory as a rule: " +
                error.Message[..Math.Min(200, error.Message.Length)]);
            return null;
        }

        LinearProcess Start(bool tuned) => new(size.Dense, Rival.PyTorch(torch.Path, tuned), inputs, calls, size.GradientBytes,
            tuned ? "tuned" : "as installed");
    }
}
