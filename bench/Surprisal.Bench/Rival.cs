using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Surprisal.Bench;

/// <summary>A PyTorch process in one configuration: started once, asked between our own runs, idle in the meantime.</summary>
internal sealed class Rival : IDisposable
{
    /// <summary>What makes PyTorch faster on many machines: newer instructions, and memory that stays in the process.</summary>
    private static readonly (string Name, string Value)[] Tuning =
    [
        ("ATEN_CPU_CAPABILITY", "avx512"), ("OPENBLAS_CORETYPE", "SkylakeX"), ("MALLOC_TOP_PAD_", "268435456"),
        ("MALLOC_MMAP_THRESHOLD_", "17179869184"), ("MALLOC_TRIM_THRESHOLD_", "17179869184"),
    ];

    private readonly Process process;

    private Rival(Process process, string version)
    {
        this.process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>Starts the script with the first interpreter that has torch; null if there is none.</summary>
    public static Rival? Start(bool tuned)
    {
        foreach (var interpreter in (string[])["/usr/bin/python3", "python3"])
        {
            var start = new ProcessStartInfo(interpreter, [Path.Combine(AppContext.BaseDirectory, "rival.py"), $"{Environment.ProcessorCount}"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            };
            foreach (var (name, value) in Tuning)
                if (tuned) start.Environment[name] = value;
                else start.Environment.Remove(name);
            try
            {
                var process = Process.Start(start)!;
                process.ErrorDataReceived += static (_, _) => { };
                process.BeginErrorReadLine();
                if (process.StandardOutput.ReadLine() is { } hello) return new Rival(process, JsonDocument.Parse(hello).RootElement.GetProperty("version").GetString()!);
                process.Dispose();
            }
            catch (Win32Exception)
            {
                // no such interpreter: the next one
            }
        }
        return null;
    }

    /// <summary>The times of <paramref name="runs"/> runs in milliseconds.</summary>
    public double[] Times(Works.Work work, int runs)
    {
        process.StandardInput.WriteLine($"{{{work.Request}, \"runs\": {runs}}}");
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"the PyTorch process ended during '{work.Name}'.");
        return JsonDocument.Parse(answer).RootElement.GetProperty("times").Deserialize<double[]>()!;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000)) process.Kill();
        process.Dispose();
    }
}
