using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Surprisal.Bench.Accuracy;

/// <summary>The process that knows the truth: a Python with NumPy and PyTorch (see accuracy.py).</summary>
internal sealed class Judge : IDisposable
{
    private readonly Process process;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal-accuracy");

    private Judge(Process process, string version)
    {
        this.process = process;
        Version = version;
    }

    /// <summary>The version of PyTorch.</summary>
    public string Version { get; }

    /// <summary>Starts the script with the first interpreter that can run it; null if there is none.</summary>
    public static Judge? Start()
    {
        foreach (var interpreter in (string[])["/usr/bin/python3", "python3"])
        {
            var script = Path.Combine(AppContext.BaseDirectory, "accuracy.py");
            try
            {
                var process = Process.Start(new ProcessStartInfo(interpreter, [script, $"{Environment.ProcessorCount}"])
                {
                    RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false
                })!;
                if (process.StandardOutput.ReadLine() is { } hello)
                    return new Judge(process, JsonDocument.Parse(hello).RootElement.GetProperty("version").GetString()!);
                process.Dispose();
            }
            catch (Win32Exception)
            {
                // no such interpreter: the next one
            }
        }
        return null;
    }

    /// <summary>The errors of Surprisal, and of PyTorch where it can compute the case.</summary>
    public Verdict Errors(Case work)
    {
        process.StandardInput.WriteLine($"{{{work.Run(folder.FullName)}, \"type\": \"{work.Type}\"}}");
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"the Python process ended during '{work.Name}'.");
        return JsonSerializer.Deserialize<Verdict>(answer, JsonSerializerOptions.Web)!;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000)) process.Kill();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>
    /// The largest error of the value and of the gradient in ulps of the truth, and of the gradient in itself: Surprisal's first, then
    /// PyTorch's, unless it is missing.
    /// </summary>
    public sealed record Verdict(string? Missing, double[] Value, double[] Gradient, double[] Absolute);
}
