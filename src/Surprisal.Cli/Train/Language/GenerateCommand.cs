using System.CommandLine;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Language;

/// <summary><c>surprisal generate</c>: a language model writes.</summary>
internal static class GenerateCommand
{
    public const string Examples = """
        The same RUN, options and --seed write the same text on every machine. Logits are changed in this order: --repetition-penalty,
        --temperature, --top-k, --top-p. When the context is full, the last tokens of it are what is seen. RUN may also be the
        model.safetensors of a GPT-2 as Hugging Face lays it out, with config.json beside it.

        Examples:
          surprisal generate runs/moby-dick-gpt-1 --prompt "Call me"
          surprisal generate runs/moby-dick-gpt-1 --temperature 0.7 --top-p 0.9 --seed 3 --tokens 200
        """;

    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run of 'surprisal train --text', or a safetensors file" };
        var prompt = new Option<string?>("--prompt")
        {
            HelpName = "TEXT", Description = "What the text begins with [default: the beginning of a text]",
        };
        var tokens = Positive("--tokens", "How many tokens to write at most [default: 100]");
        var temperature = Number("--temperature", "What logits are divided by; 0 takes the likeliest token each time [default: 1]", 0);
        var topK = Whole("--top-k", "Draw from so many likeliest tokens alone; 0 from all [default: 0]", minimum: 0);
        var topP = Checked<double?>("--top-p", "X", "Draw from the likeliest tokens that together have this share [default: 1]",
            static text => Numeral.TryNumber(text, out var value) && value is > 0 and <= 1 ? (value, "")
                : (null, $"a number above 0 and at most 1 was expected{Numeral.Hint(text, whole: false)}."));
        var penalty = PositiveNumber("--repetition-penalty", "X", "Divides the logits above 0 of tokens that were there, and multiplies " +
            "those below [default: 1]");
        var seed = Whole("--seed", "Decides what is drawn [default: 0]");
        var threads = Positive("--threads", "Threads that may be used; the text is the same [default: the processors]");
        var command = new Command("generate", "Write text with a trained language model.")
        {
            run, prompt, tokens, temperature, topK, topP, penalty, seed, threads,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(threads) is { } count) Threads.Count = count;
            var sampler = new TokenSampler(parsed.GetValue(temperature) ?? 1, (int)Math.Min(int.MaxValue, parsed.GetValue(topK) ?? 0),
                parsed.GetValue(topP) ?? 1, parsed.GetValue(penalty) ?? 1);
            return Run(parsed.GetValue(run)!, parsed.GetValue(prompt) ?? "", parsed.GetValue(tokens) ?? 100, sampler,
                parsed.GetValue(seed) ?? 0);
        });
        return command;
    }

    private static int Run(string path, string prompt, int count, TokenSampler sampler, long seed)
    {
        var (model, table) = LanguageFile.Read(path);
        var begin = table.Encode(prompt, "--prompt");
        Write(prompt);
        foreach (var piece in Generation.Text(model, table, begin, count, sampler, seed)) Write(piece);
        Console.WriteLine();
        return Commands.Done;
    }

    /// <summary>Lines stay lines; what would steer a terminal does not.</summary>
    private static void Write(string text)
    {
        Console.Write(string.Join('\n', text.Split('\n').Select(TerminalText.Escape)));
        Console.Out.Flush();
    }
}
