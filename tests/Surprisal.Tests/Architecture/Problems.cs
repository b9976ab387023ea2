namespace Surprisal.Tests.Architecture;

internal static class Problems
{
    /// <summary>Fails with every problem on a line of its own: all are to be mended, not only the first.</summary>
    public static void None(IEnumerable<string> problems)
    {
        var all = problems.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
