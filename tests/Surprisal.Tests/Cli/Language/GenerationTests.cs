using Surprisal.Cli.Language;
using Surprisal.Modules;

namespace Surprisal.Tests.Cli.Language;

/// <summary>The text that is written is the one that a model without a cache writes, behind a full context too.</summary>
public sealed class GenerationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0, 40)]
    [InlineData(5, 3)]
    [InlineData(16, 30)]
    [InlineData(17, 30)]
    [InlineData(50, 5)]
    [InlineData(3, 0)]
    public void ItIsTheTextWithoutACache(int promptLength, int count)
    {
        const int context = 16;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var table = TokenTable.OfCharacters("abcdefgh\n");
        var model = new Gpt(table.Count, context, new Seed(seed), embedDim: 16, layers: 2, heads: 2);
        model.Eval();
        using (Tensor.NoGrad())
            foreach (var parameter in model.Parameters().Where(static parameter => parameter.Rank > 1))
            foreach (ref var x in parameter.AsSpan()) x *= 20; // far from even odds
        var prompt = Tensor.RandInt<long>(0, table.Count, [promptLength], new Seed(seed)).ToArray();
        var sampler = new TokenSampler(Temperature: 0.9, TopK: 5);

        var (tokens, expected) = (prompt.Length > 0 ? prompt.ToList() : [table.Start], "");
        var draws = Tensor.Rand<double>([count], new Seed(seed)).ToArray();
        for (var i = 0; i < count; i++)
        {
            long[] seen = [.. tokens.Skip(tokens.Count - context)];
            var logits = model.Logits(model.Hidden(Tensor.Create<long>(seen, [1, seen.Length])))[0, ^1].ToArray();
            tokens.Add(sampler.Next(logits, tokens, draws[i]));
            expected += table.Names[(int)tokens[^1]];
        }
        Assert.Equal(expected, string.Concat(Generation.Text(model, table, prompt, count, sampler, seed)));
    }
}
