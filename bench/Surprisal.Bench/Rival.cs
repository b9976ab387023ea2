using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>
/// A process that does the same works: PyTorch, or this program with narrower vectors. Started once, asked between our own runs, idle in
/// the meantime.
/// </summary>
internal sealed class Rival : IDisposable
{
    private const string Switch = "DOTNET_EnableAVX512";

    /// <summary>
    /// What makes PyTorch faster on many machines: the newest instructions that are there, or it ends at the first of them, and memory that
    /// stays in the process.
    /// </summary>
    private static readonly (string Name, string? Value)[] tuning =
    [
        ("ATEN_CPU_CAPABILITY", Avx512F.IsSupported ? "avx512" : null), ("MALLOC_TOP_PAD_", "268435456"),
        ("MALLOC_MMAP_THRESHOLD_", "17179869184"), ("MALLOC_TRIM_THRESHOLD_", "17179869184"),
    ];

    /// <summary>What holds PyTorch to the instructions that <see cref="IsWithoutAvx512"/> leaves us.</summary>
    private static readonly (string Name, string Value)[] limits =
        [("ATEN_CPU_CAPABILITY", "avx2"), ("ONEDNN_MAX_CPU_ISA", "avx2"), ("MKL_ENABLE_INSTRUCTIONS", "AVX2")];

    private readonly Process process;

    private Rival(Process process, string version)
    {
        this.process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>Whether this process was told to do without AVX-512, as most machines must: then PyTorch does without it too.</summary>
    public static bool IsWithoutAvx512 => Environment.GetEnvironmentVariable(Switch) == "0";

    /// <summary>PyTorch in the program at this path.</summary>
    public static Rival PyTorch(string path, bool tuned) => Start([path],
    [
        .. tuning.Select(pair => (pair.Name, tuned ? pair.Value : null)),
        .. IsWithoutAvx512 ? limits.Select(static pair => (pair.Name, (string?)pair.Value)) : [],
    ]);

    /// <summary>This program with vectors of 256 bits; null where it has no wider ones.</summary>
    public static Rival? Narrow() =>
        Machine.Here.VectorBits < 512
            ? null
            : Start([typeof(Rival).Assembly.Location, Answering.Command], [(Switch, "0")]);

    /// <summary>This program as it is.</summary>
    public static Rival Here() => Start([typeof(Rival).Assembly.Location, Answering.Command], []);

    /// <summary>Makes the work ready there and runs it once; returns what it computed.</summary>
    public double[] Prepare(Target target, IReadOnlyList<Array> inputs) => Numbers(Ask(target, inputs, memory: null), "answer");

    /// <summary>
    /// Makes the work ready there and runs it twice that often; the peak in bytes above what was there before, the fresh pages of a call,
    /// and what it computed.
    /// </summary>
    public (double Peak, double Pages, double[] Answer) Memory(Target target, IReadOnlyList<Array> inputs, int calls)
    {
        var answer = Ask(target, inputs, calls);
        var memory = Numbers(answer, "memory");
        return (memory[0], memory[1], Numbers(answer, "answer"));
    }

    private JsonNode Ask(Target target, IReadOnlyList<Array> inputs, int? memory)
    {
        var folder = Directory.CreateTempSubdirectory("surprisal-bench-").FullName;
        try
        {
            var files = new JsonArray();
            foreach (var input in inputs)
            {
                var path = Path.Combine(folder, $"{files.Count}.{(input is float[]? "float32" : "int64")}");
                using (var stream = File.Create(path))
                    stream.Write(
                        input is float[] numbers ? MemoryMarshal.AsBytes<float>(numbers) : MemoryMarshal.AsBytes<long>((long[])input));
                files.Add(path);
            }
            var request = inputs.Count == 0 ? [] : target.Request; // without data it is this program, which knows the work by its name
            request["name"] = target.Work.Name;
            request["inputs"] = files;
            if (memory is not null) request["memory"] = memory;
            return Ask(request);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The prepared work as a side of a comparison, on so many threads.</summary>
    public Side Side(int threads) =>
        new((batches, calls) =>
            Numbers(Ask(new JsonObject { ["batches"] = batches, ["calls"] = calls, ["threads"] = threads }), "times"));

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000)) process.Kill();
        process.Dispose();
    }

    private static double[] Numbers(JsonNode answer, string field) => answer[field].Deserialize<double[]>()!;

    private JsonNode Ask(JsonObject request)
    {
        process.StandardInput.WriteLine(request.ToJsonString());
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"the other process ended at {request.ToJsonString()}");
        return JsonNode.Parse(answer)!;
    }

    private static Rival Start(string[] arguments, (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        var firstError = "";
        process.ErrorDataReceived += (_, line) => firstError = firstError.Length > 0 ? firstError : line.Data ?? "";
        process.BeginErrorReadLine();
        if (process.StandardOutput.ReadLine() is ['{', ..] hello)
            return new Rival(process, JsonNode.Parse(hello)!["version"]!.GetValue<string>());
        process.StandardOutput.ReadToEnd(); // its end is the process's, or near it
        process.WaitForExit();
        process.Dispose();
        throw new InvalidOperationException($"{arguments[0]} does not start: {firstError}");
    }
}
