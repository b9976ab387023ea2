using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Bench.LibTorch.Works;
using Surprisal.Bench.Memory;
using Surprisal.Cli.Bench;
using TorchSharp;

namespace Surprisal.Bench.LibTorch;

/// <summary>
/// Reads one JSON request a line and answers with one, after a first line with the version.
/// {"work": "cross_entropy", ..., "inputs": [FILE, ...]} makes the work ready and runs it once: {"answer": [numbers that stand for it]}.
/// With "memory": 20 it runs twice as often first: {"memory": [peak bytes above what was there, fresh pages of a call], "answer": [...]}.
/// {"batches": 9, "calls": 1, "threads": 2} times it: {"times": [milliseconds of a call, one a batch]}.
/// </summary>
internal static class Answering
{
    public static void Run()
    {
        torch.set_num_threads(Environment.ProcessorCount);
        Say(new { version = NativeLibraries.Version() });
        Work? work = null;
        while (Console.ReadLine() is { } line)
        {
            var request = JsonNode.Parse(line)!.AsObject();
            if (request.ContainsKey("work"))
            {
                work?.Dispose(); // the memory of one work at a time
                work = Work.Of(request);
                if (request["memory"] is { } calls)
                    Say(new { memory = ResidentMemory.Measure(work.Run, (int)calls), answer = work.Answer() });
                else Say(new { answer = work.Answer() });
            }
            else
            {
                torch.set_num_threads((int)request["threads"]!);
                Say(new { times = Clock.Milliseconds(work!.Run, (int)request["batches"]!, (int)request["calls"]!) });
            }
        }
    }

    private static void Say<T>(T answer) => Console.WriteLine(JsonSerializer.Serialize(answer));
}
