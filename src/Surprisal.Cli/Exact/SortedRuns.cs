using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Surprisal.Cli.Exact;

/// <summary>
/// Sorted runs of every class in one temporary file. It has no name as soon as it is open (on Windows it goes when it is closed), so
/// nothing stays behind however the process ends.
/// </summary>
internal sealed class SortedRuns : IDisposable
{
    private readonly SafeFileHandle? handle;
    private readonly int classes;
    private long end;

    /// <param name="folder">Where the file is.</param>
    /// <param name="classes">Of how many classes there are runs.</param>
    /// <param name="isWeighted">Whether keys have weights.</param>
    /// <param name="bytes">How much it may become; 0 for no file.</param>
    /// <exception cref="IOException">The disk has no space for so much.</exception>
    public SortedRuns(string folder, int classes, bool isWeighted, long bytes)
    {
        (this.classes, IsWeighted, Bytes) = (classes, isWeighted, bytes);
        if (bytes == 0) return;
        folder = Path.GetFullPath(folder);
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes)
            throw new IOException($"--exact sorts {ByteCount.Text(bytes)} in {folder}, where {ByteCount.Text(free)} are free: " +
                "the folder of the first output, or with none that of temporary files.");
        var path = Path.Combine(folder, $"surprisal-{Path.GetRandomFileName()}.tmp");
        handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete,
            OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
    }

    public bool IsWeighted { get; }

    /// <summary>How much the file may become; 0 where there is none.</summary>
    public long Bytes { get; }

    /// <summary>Where runs are, and how many keys each has for each class.</summary>
    public List<(long Offset, int Count)> Runs { get; } = [];

    /// <summary>Adds a run of each class.</summary>
    /// <param name="keys">[classes]: sorted.</param>
    /// <param name="weights">[classes]: those of the keys; null for none.</param>
    /// <param name="count">How many of each.</param>
    public void Write(ulong[][] keys, float[][]? weights, int count)
    {
        Runs.Add((end, count));
        for (var c = 0; c < classes; c++) Append(MemoryMarshal.AsBytes(keys[c].AsSpan(0, count)));
        for (var c = 0; c < weights?.Length; c++) Append(MemoryMarshal.AsBytes(weights[c].AsSpan(0, count)));
    }

    /// <summary>Reads keys of a class of a run, and their weights where there are some.</summary>
    public void Read(int run, int c, int first, Span<ulong> keys, Span<float> weights)
    {
        var (offset, count) = Runs[run];
        Fill(offset + ((long)c * count + first) * sizeof(ulong), MemoryMarshal.AsBytes(keys));
        if (IsWeighted)
            Fill(offset + (long)classes * count * sizeof(ulong) + ((long)c * count + first) * sizeof(float),
                MemoryMarshal.AsBytes(weights));
    }

    public void Dispose() => handle?.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(handle!, bytes, end);
        end += bytes.Length;
    }

    private void Fill(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(handle!, bytes, offset);
            if (read == 0) throw new IOException("the temporary file of --exact ended early; something else has changed it.");
            offset += read;
            bytes = bytes[read..];
        }
    }
}
