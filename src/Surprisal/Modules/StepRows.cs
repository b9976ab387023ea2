namespace Surprisal.Modules;

/// <summary>
/// Which rows of a step go through the model now, where a step has several batches: random numbers of a row follow from its place among all
/// of them.
/// </summary>
internal static class StepRows
{
    [ThreadStatic] private static long before;
    [ThreadStatic] private static int rows;

    /// <summary>Announces a batch of this thread's step, behind so many rows; (0, 0) ends it.</summary>
    public static void Enter(long before, int rows) => (StepRows.before, StepRows.rows) = (before, rows);

    /// <summary>How many numbers the rows before have, where those of this batch have <paramref name="length"/>.</summary>
    public static long Before(int length) => rows == 0 ? 0 : before * (length / rows);
}
