using System.Numerics;

namespace Surprisal.Cli.Evaluate;

/// <summary>One pass over the samples of a shard: a block is read while the one before is used.</summary>
internal sealed class ScorePass(ScoreFiles files, EvaluateOptions options, Func<long, IProgress<long>?> progress, CancellationToken stop)
{
    /// <summary>The samples of this shard.</summary>
    public (long First, long End) Range { get; } = RangeOf(files.Samples, options.Shard);

    public static (long First, long End) RangeOf(long samples, (int Part, int Parts) shard) =>
        ((long)((Int128)samples * (shard.Part - 1) / shard.Parts), (long)((Int128)samples * shard.Part / shard.Parts));

    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public void Run<T>(Action<ScoreBlock<T>> use) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (now, next) = (new ScoreBlock<T>(files, options), new ScoreBlock<T>(files, options));
        var (at, end) = Range;
        var follower = progress(end - at);
        var reading = Begin(next, at, end);
        while (at < end)
        {
            reading.GetAwaiter().GetResult();
            (now, next) = (next, now);
            var count = Math.Min(now.Size, end - at);
            reading = Begin(next, at + count, end);
            try
            {
                use(now);
            }
            catch
            {
                reading.ContinueWith(static task => task.Exception, TaskScheduler.Default).GetAwaiter().GetResult();
                throw;
            }
            at += count;
            follower?.Report(at - Range.First);
            stop.ThrowIfCancellationRequested();
        }
        // A checksum is known at the end of a file: before that, no result is certain.
        if (end < files.Samples) return;
        files.Scores.Verify();
        files.Targets.Verify();
        files.SampleWeights?.Verify();
    }

    private static Task Begin<T>(ScoreBlock<T> block, long first, long end) where T : unmanaged, IFloatingPointIeee754<T> =>
        first >= end ? Task.CompletedTask : Task.Run(() => block.Read(first, (int)Math.Min(block.Size, end - first)));
}
