using System.Diagnostics;
using System.Text;

namespace Surprisal.Tests.Kernels;

/// <summary>
/// Does any kernel read or write outside its spans or its scratch memory? At every length 0 .. 257 and every alignment, beside pages that nobody may touch.
/// </summary>
/// <remarks>
/// Scratch memory holds other junk in the second run, so that whoever reads it before writing answers otherwise. An access there ends the process, so the sweep
/// runs in one of its own, which says what it is about to do.
/// </remarks>
public sealed class GuardedMemoryTests
{
    private const string Log = "SURPRISAL_GUARDED"; // the file to say it in

    private static readonly int[] every = [17, 257];

    [Theory, InlineData("DOTNET_EnableAVX512=1"), InlineData("DOTNET_EnableAVX512=0")]
    public async Task NothingIsTouchedBesideTheSpans(string setting)
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("pages are guarded by Linux's calls here");
        var log = Path.GetTempFileName();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "Surprisal.Tests.dll"), "--filter-method",
            $"*{nameof(GuardedMemoryTests)}.{nameof(Sweep)}" })
            start.ArgumentList.Add(argument);
        start.Environment[Log] = log;
        start.Environment["DOTNET_TieredPGO"] = "0"; // it would cost more than it saves
        start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var said = (await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken)).TrimEnd('\0', ' ', '\n');
        File.Delete(log);
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode} at {said}\n{await errors}\n{output}");
        Assert.Equal("done", said);
    }

    /// <summary>What the process above runs; nothing where it was not asked to.</summary>
    [Fact]
    public void Sweep()
    {
        if (Environment.GetEnvironmentVariable(Log) is not { Length: > 0 } path) return;
        var isNarrow = Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") == "0";
        using var log = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using var arena = new GuardedArena();
        foreach (var (name, run) in Works())
        for (var length = 0; length <= 257; length += length > 66 && isNarrow ? 19 : 1) // beyond 66 a narrow vector does nothing new
        {
            Say(log, $"{name}, length {length}");
            var expected = arena.Run(run, length, atEnd: false, offset: 0);
            foreach (var (atEnd, offset) in Places(length))
                if (!expected.AsSpan().SequenceEqual(arena.Run(run, length, atEnd, offset)))
                    Assert.Fail($"{name}, length {length}: other bits {offset} bytes {(atEnd ? "before the end" : "behind the start")} of a page");
        }
        Say(log, "done");
    }

    private static IEnumerable<(string Name, Action<GuardedArena, int> Run)> Works() =>
        Named("float",
            GuardedLosses.Of<float>().Concat(GuardedLosses.Functions<float>()).Concat(GuardedKernels.Of<float>()).Concat(GuardedKernels.Optimizers()))
            .Concat(Named("double", GuardedLosses.Of<double>().Concat(GuardedLosses.Functions<double>()).Concat(GuardedKernels.Of<double>())))
            .Concat(Named("double", GuardedMetrics.All()))
            .Concat(Named("Half", GuardedLosses.Of<Half>()))
            .Concat(Named("BFloat16", GuardedLosses.Of<BFloat16>()));

    private static IEnumerable<(string, Action<GuardedArena, int>)> Named(string type, IEnumerable<(string Name, Action<GuardedArena, int> Run)> works) =>
        works.Select(work => ($"{type}: {work.Name}", work.Run));

    /// <summary>Right at the second guard, where the length decides the alignment; for some lengths every alignment beside both.</summary>
    private static IEnumerable<(bool AtEnd, int Offset)> Places(int length)
    {
        yield return (true, 0);
        for (var offset = 1; offset < 64 && every.Contains(length); offset++)
        {
            yield return (true, offset);
            yield return (false, offset);
        }
    }

    private static void Say(FileStream log, string what)
    {
        log.Position = 0;
        log.Write(Encoding.UTF8.GetBytes(what.PadRight(120)));
    }
}
