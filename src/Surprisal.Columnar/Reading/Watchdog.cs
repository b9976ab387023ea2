namespace Surprisal.Columnar;

/// <summary>
/// Runs what other people's code does with a file: its exceptions become one line about the file, and one that goes on without an end is
/// given up.
/// </summary>
internal static class Watchdog
{
    /// <summary>Without reading a byte, a decoder may be busy for so long, and for so much longer a byte of what it decodes.</summary>
    private const int PatienceSeconds = 4;

    private const double BytesPerSecond = 20e6;

    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it on a thread of its own and waits for it.</summary>
    /// <param name="file">What is read; more bytes read are progress.</param>
    /// <param name="what">How a complaint begins: the file, and what of it is read.</param>
    /// <param name="size">How many bytes come out, at most.</param>
    /// <param name="read">The work.</param>
    /// <exception cref="InvalidDataException">It failed, or it does not end; a thread that does not end is left behind.</exception>
    public static T Run<T>(FileBytes file, string what, long size, Func<T> read)
    {
        var (result, failure) = (default(T), (Exception?)null);
        var thread = new Thread(() =>
        {
            try
            {
                result = read();
            }
            catch (Exception error)
            {
                failure = error;
            }
        }) { IsBackground = true, Name = "surprisal columns" };
        thread.Start();
        // Ticks are counted, not time: a machine that stood still has not waited.
        var allowed = (PatienceSeconds + size / BytesPerSecond) / tick.TotalSeconds;
        var (waited, seen) = (0L, file.Progress);
        while (!thread.Join(tick))
        {
            var now = file.Progress;
            waited = now == seen ? waited + 1 : 0;
            seen = now;
            if (waited > allowed)
                throw new InvalidDataException($"{what}: decoding does not come to an end: the file is damaged.");
        }
        if (failure is not null) throw InOneLine(file, what, failure);
        return result!;
    }

    /// <summary>Our own refusals name the file already; what memory lacks is no fault of the file.</summary>
    private static Exception InOneLine(FileBytes file, string what, Exception error) => error switch
    {
        InvalidDataException when error.Message.StartsWith(file.Path, StringComparison.Ordinal) => error,
        OutOfMemoryException => error,
        _ => new InvalidDataException(
            $"{what} cannot be decoded: it is damaged, or of a kind that is not read ({OneLine.Short(error.Message.TrimEnd('.'))}).",
            error),
    };
}
