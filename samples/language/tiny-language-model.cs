#:project ../../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// A tiny GPT learns a verse character by character, with a loss that never holds the logits, and says it by heart.

// snippet: tiny-language-model
using Surprisal;
using Surprisal.Modules;
using Surprisal.Training;

var verse = "row, row, row your boat, gently down the stream. merrily, merrily, merrily, merrily, life is but a dream. ";
string[] characters = [.. verse.Distinct().Order().Select(static c => $"{c}")];
long[] Encode(string text) => [.. text.Select(c => (long)Array.IndexOf(characters, $"{c}"))];

const int context = 32;
var random = new Seed(0);
var windows = new TokenWindows(Encode(string.Concat(Enumerable.Repeat(verse, 12))), context, characters);
var loader = new DataLoader(windows, batchSize: 8, shuffle: random);
var model = new Gpt(characters.Length, context, random, embedDim: 32, layers: 1, heads: 2);
var optimizer = new AdamW(model.Parameters(), learningRate: 0.01, weightDecay: 0);
var loss = new LinearCrossEntropyLoss(); // the head's weight times the hidden states, a tile at a time

var last = 0.0;
for (var epoch = 0; epoch < 40; epoch++)
    foreach (var (inputs, targets) in loader)
    {
        using var step = Tensor.Step();
        var value = loss.Forward(model.Hidden(inputs.To<long>()), model.HeadWeight, targets);
        optimizer.ZeroGrad();
        value.Backward();
        optimizer.Step();
        last = value.Item();
    }
Console.WriteLine($"perplexity {Math.Exp(last):F2}");

model.Eval();
var cache = new KeyValueCache(model); // each further token costs one position
var text = "merrily, ";
while (cache.Length + 1 < context)
{
    var next = Encode(text[cache.Length..]);
    var hidden = model.Hidden(Tensor.Create<long>(next, [1, next.Length]), cache);
    var logits = model.Logits(hidden)[0, ^1].ToArray();
    text += characters[Array.IndexOf(logits, logits.Max())];
}
Console.WriteLine(text);
// end

return (verse + verse).Contains(text) ? 0 : 1;
