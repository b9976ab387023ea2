using System.Globalization;

namespace Surprisal;

/// <summary>
/// Writes numbers of a training into an event file, which TensorBoard shows as curves: <c>tensorboard --logdir FOLDER</c>.
/// </summary>
/// <remarks>
/// A file of its own each time, never one that is there: <c>events.out.tfevents.SECONDS.HOST.PROCESS.NUMBER</c>. Every number is written
/// through at once, so a killed process leaves a file that can be read. Format: records of TensorFlow's tfrecord with a masked CRC-32C,
/// each an <c>Event</c> in protocol buffers. One thread at a time.
/// </remarks>
/// <example><code>
/// var folder = System.IO.Directory.CreateTempSubdirectory().FullName;
/// using (var board = new TensorBoardWriter(folder))
///     for (var epoch = 1; epoch &lt;= 3; epoch++) board.Scalar("validation/loss", 1.0 / epoch, epoch);
/// Console.WriteLine(System.IO.Directory.GetFiles(folder).Length);             // 1
/// System.IO.Directory.Delete(folder, recursive: true);
/// </code></example>
public sealed class TensorBoardWriter : IDisposable
{
    private readonly FileStream stream;
    private readonly TimeProvider clock;

    /// <summary>Creates a new event file.</summary>
    /// <param name="folder">Where to; created if it is not there. A folder a run.</param>
    /// <param name="clock">Says when an event was. Default: the system's.</param>
    /// <exception cref="ArgumentException">No folder is named.</exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public TensorBoardWriter(string folder, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        this.clock = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        (stream, Location) = Create(folder, this.clock.GetUtcNow().ToUnixTimeSeconds());
        stream.Write(EventRecord.OfVersion(Now));
    }

    /// <summary>The event file.</summary>
    public string Location { get; }

    /// <summary>Adds a point to a curve.</summary>
    /// <param name="tag">The curve's name; <c>/</c> groups, as in <c>validation/loss</c>.</param>
    /// <param name="value">The number, kept as a float.</param>
    /// <param name="step">Where on the curve: the epoch, or the step.</param>
    /// <exception cref="ArgumentException">No tag.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Scalar(string tag, double value, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ObjectDisposedException.ThrowIf(!stream.CanWrite, this);
        stream.Write(EventRecord.OfScalar(Now, step, tag, (float)value));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private double Now => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>A file that was not there: two writers may begin in one second.</summary>
    private static (FileStream Stream, string Path) Create(string folder, long seconds)
    {
        for (var number = 0; ; number++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture,
                $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.{number}"));
            try
            {
                return (new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0), path);
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }
    }
}
