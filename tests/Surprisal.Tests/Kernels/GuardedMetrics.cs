using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>The kernels of metrics on tiles between guards: the length is that of the classes or of the rows.</summary>
internal static class GuardedMetrics
{
    public static IEnumerable<(string Name, Action<GuardedArena, int> Run)> All()
    {
        yield return ("row scores, classes", static (arena, n) => Scores(arena, 3, n));
        yield return ("row scores, rows of 5", static (arena, n) => Scores(arena, n, 5));
    }

    private static void Scores(GuardedArena arena, int rows, int classes)
    {
        if (rows == 0 || classes == 0) return;
        var pitch = (rows + 7) / 8 * 8;
        var x = arena.Numbers<double>(rows * classes);
        var p = arena.Numbers<double>(rows * classes, probabilities: true);
        var targets = arena.Numbers<double>(rows, probabilities: true).ToArray().Select(v => (int)(v * (classes - 1))).ToArray();
        var tile = new ScoreTile(arena.Output<double>(classes * pitch), arena.Output<double>(classes * pitch), classes, pitch) { EachClass = true };
        var scores = new RowScore[rows];
        tile.Load(x, 0, rows);
        LogitScores.Run(tile, 0, targets, scores);
        Answer(arena, scores);
        tile.Load(p, 0, rows);
        ProbabilityScores.Run(tile, 0, targets, areLogarithms: false, 1e-8, scores);
        Answer(arena, scores);
        tile.Load(x, 0, rows);
        Span<double> numbers = stackalloc double[8 * TemperatureRows.Numbers];
        TemperatureRows.Block(ref tile.Scores[0], classes, pitch, 1.5, targets.AsSpan(..Math.Min(8, rows)), numbers);
        arena.Answer(numbers[0]);
    }

    private static void Answer(GuardedArena arena, RowScore[] scores)
    {
        foreach (var score in scores)
        {
            arena.Answer(score.Brier);
            arena.Answer(score.Confidence + score.Rank + score.Predicted);
        }
    }
}
