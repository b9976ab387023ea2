using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Bench.Memory;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>The other end of a <see cref="Rival"/> that is this program: reads a request a line, answers with its own times.</summary>
internal static class Answering
{
    public const string Command = "answer";

    public static void Run()
    {
        Console.WriteLine(JsonSerializer.Serialize(new { version = $"{Machine.Here}" }));
        Prepared? prepared = null;
        while (Console.ReadLine() is { } line)
        {
            var request = JsonNode.Parse(line)!;
            if (request["name"] is { } name)
            {
                prepared = Target.Named((string)name!).Work.Prepare();
                if (request["memory"] is { } calls)
                {
                    var memory = ResidentMemory.Measure(prepared.Run, (int)calls);
                    Console.WriteLine(JsonSerializer.Serialize(new { memory, answer = prepared.Answer() }));
                    continue;
                }
                prepared.Run();
                Console.WriteLine(JsonSerializer.Serialize(new { answer = prepared.Answer() }));
            }
            else
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new { times = Clock.Milliseconds(prepared!.Run, (int)request["batches"]!, (int)request["calls"]!) }));
            }
        }
    }
}
