using System.Globalization;
using System.Text;
using Surprisal.Training;

namespace Surprisal.Cli.Ranks;

/// <summary>
/// How many threads a rank uses: the cores that it may run on, shared with the ranks of its machine that may run there too. One MPI binds
/// each rank to one core, another none to any.
/// </summary>
internal static class Cores
{
    private const int MaskBytes = 192, HostBytes = 64;

    /// <summary>Sets the number of threads; returns a line about ranks that share one core, or "".</summary>
    public static string Share(ProcessGroup group)
    {
        if (group.Size == 1) return "";
        var mine = new byte[MaskBytes + HostBytes];
        Encoding.ASCII.GetBytes(Mask(), mine.AsSpan(0, MaskBytes));
        var host = Encoding.UTF8.GetBytes(Environment.MachineName);
        host.AsSpan(0, Math.Min(host.Length, HostBytes)).CopyTo(mine.AsSpan(MaskBytes));
        var all = new byte[mine.Length * group.Size];
        group.AllGather(mine, all).Wait();
        var neighbours = new List<string>();
        for (var rank = 0; rank < group.Size; rank++)
        {
            var other = all.AsSpan(rank * mine.Length, mine.Length);
            if (other[MaskBytes..].SequenceEqual(mine.AsSpan(MaskBytes)))
                neighbours.Add(Encoding.ASCII.GetString(other[..MaskBytes]).TrimEnd('\0'));
        }
        var (cores, sharers) = Count(Mask(), neighbours);
        Threads.Count = Math.Max(1, cores / sharers);
        return sharers > cores
            ? $"{sharers} ranks of {Environment.MachineName} share {Counted.Of(cores, "core")}; where it has more, " +
                "mpirun's --bind-to none lets them use these"
            : "";
    }

    /// <summary>
    /// The cores of a mask, and how many masks, its own among them, meet it. Masks are hexadecimal with commas; "" is unknown.
    /// </summary>
    public static (int Cores, int Sharers) Count(string mask, IReadOnlyList<string> all)
    {
        if (mask.Length == 0) return (Environment.ProcessorCount, all.Count);
        var own = Bits(mask);
        return (own.Sum(static digit => int.PopCount(digit)),
            all.Count(other => other.Length == 0 || Bits(other).Zip(own).Any(static pair => (pair.First & pair.Second) != 0)));
    }

    /// <summary>Digits from the lowest.</summary>
    private static int[] Bits(string mask) =>
        [.. mask.Where(static c => c != ',').Reverse()
            .Select(static c => int.Parse([c], NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    private static string Mask()
    {
        const string Name = "Cpus_allowed:";
        try
        {
            var mask = File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal));
            return mask?[Name.Length..].Trim() is { Length: > 0 and <= MaskBytes } found ? found : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
