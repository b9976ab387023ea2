using Surprisal.Modules;
using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Surprisal.Differential.Cases;

/// <summary>Operations and modules of sequences, with parameters as inputs; what libtorch lacks is composed of what it has.</summary>
internal static class SequenceModules
{
    public static IEnumerable<Case> All() =>
    [
        Case.Of<float>("TensorExtensions.ScaledDotProductAttention", Attention),
        Case.Of<float>("TensorExtensions.RmsNorm", static draw =>
        {
            var width = 1 + draw.Below(40);
            return new()
            {
                Roundings = 16, Text = $"a.RmsNorm([{width}], b, 1e-5)", Inputs = [draw.Moderate<float>(draw.Size(17), width), draw.Moderate<float>(width)],
                Surprisal = t => [t[0].RmsNorm([width], t[1], 1e-5)], Torch = static t => [RmsNorm(t[0], t[1])],
            };
        }),
        Case.Of<float>("TensorExtensions.Embedding", static draw =>
        {
            var (rows, width, count) = (1 + draw.Below(30), 1 + draw.Below(20), draw.Size(40));
            long[] tokens = [.. Enumerable.Range(0, count).Select(_ => (long)draw.Below(rows))];
            return new()
            {
                Roundings = 8, Text = $"a.Embedding([{string.Join(", ", tokens)}])", Inputs = [draw.Moderate<float>(rows, width)],
                Surprisal = t => [t[0].Embedding(Tensor.Create<long>(tokens))],
                Torch = t => [t[0].index_select(0, torch.tensor(tokens, torch.ScalarType.Int64))],
            };
        }),
        Case.Of<float>("TensorExtensions.Rotary", static draw =>
        {
            var (length, half, interleaved) = (draw.Size(17), 1 + draw.Below(9), draw.Coin());
            return new()
            {
                Roundings = 16, Text = $"a.Rotary(isInterleaved: {interleaved})", Inputs = [draw.Moderate<float>(2, length, 2 * half)],
                Surprisal = t => [t[0].Rotary(isInterleaved: interleaved)], Torch = t => [Rotary(t[0], interleaved)],
            };
        }),
        Layer("Modules.RmsNorm", static () => new RmsNorm([9], 1e-5), [4, 9], static t => RmsNorm(t[0], t[1])),
        Layer("Modules.CausalSelfAttention", static () => new CausalSelfAttention(6, 2, new Seed(0)), [7, 6], static t => SelfAttention(t[0], t, 1)),
        Layer("Modules.FeedForward", static () => new FeedForward(5, new Seed(0)), [7, 5], static t => FeedForward(t[0], t, 1)),
        Layer("Modules.TransformerBlock", static () => new TransformerBlock(6, 2, new Seed(0)), [7, 6], static t => Block(t[0], t, 1)),
        OfTokens("Modules.Embedding", static () => new Embedding(7, 5, new Seed(0)), static (tokens, t) => Rows(t[0], tokens)),
        OfTokens("Modules.Gpt", static () => new Gpt(7, 6, new Seed(0), embedDim: 6, layers: 1, heads: 2), static (tokens, t) =>
        {
            var x = Rows(t[0], tokens) + t[1].narrow(0, 0, tokens.shape[1]);
            return F.layer_norm(Block(x, t, 2), [6], t[14], t[15]).matmul(t[0].t());
        }),
    ];

    private static CallOfT<float> Attention(Draw draw)
    {
        var (causal, width, values) = (draw.Coin(), 1 + draw.Below(20), 1 + draw.Below(20));
        var (queries, keys) = (1 + draw.Below(90), 1 + draw.Below(90));
        int[] leading = draw.Coin() ? [] : [1 + draw.Below(3)];
        return new()
        {
            Roundings = 64, Slack = 16, IsComposed = true, Text = $"a.ScaledDotProductAttention(b, c, {causal})",
            Inputs =
            [
                draw.Moderate<float>([.. leading, queries, width]), draw.Moderate<float>([.. leading, keys, width]),
                draw.Moderate<float>([.. leading, keys, values]),
            ],
            Surprisal = t => [t[0].ScaledDotProductAttention(t[1], t[2], causal)],
            Torch = t => [F.scaled_dot_product_attention(t[0], t[1], t[2], is_casual: causal)],
        };
    }

    private static Case Layer(string name, Func<Module> module, int[] sample, Func<torch.Tensor[], torch.Tensor> theirs) => Case.Of<float>(name, draw =>
    {
        var (seed, samples) = (draw.Below(1 << 16), 1 + draw.Below(3));
        var random = new Random(seed);
        return new()
        {
            Roundings = 256, Slack = 64, IsComposed = true, Text = $"{name} of parameters of seed {seed}, {samples} samples",
            Inputs = [.. Shapes(module()).Prepend([samples, .. sample]).Select(shape => Numbers.Of<float>(shape, () => random.NextDouble() - 0.5))],
            Surprisal = t => EveryModule.Forward(module(), t), Torch = t => [theirs(t)],
        };
    });

    private static Case OfTokens(string name, Func<Module> module, Func<torch.Tensor, torch.Tensor[], torch.Tensor> theirs) => Case.Of<float>(name, draw =>
    {
        var (seed, samples, length) = (draw.Below(1 << 16), 1 + draw.Below(3), 1 + draw.Below(6));
        var random = new Random(seed);
        long[] tokens = [.. Enumerable.Range(0, samples * length).Select(_ => (long)random.Next(7))];
        return new()
        {
            Roundings = 256, Slack = 64, IsComposed = true, Text = $"{name} of parameters of seed {seed}, tokens [{samples}, {length}]",
            Inputs = [.. Shapes(module()).Select(shape => Numbers.Of<float>(shape, () => random.NextDouble() - 0.5))],
            Surprisal = t =>
            {
                var made = module();
                var parameters = made.Parameters().ToArray();
                using (Tensor.NoGrad())
                    for (var i = 0; i < parameters.Length; i++) parameters[i].CopyFrom(t[i]);
                parameters.CopyTo(t, 0);
                return [made.Forward(Tensor.Create<long>(tokens, [samples, length]).To<float>())];
            },
            Torch = t => [theirs(torch.tensor(tokens, torch.ScalarType.Int64).reshape(samples, length), t)],
        };
    });

    private static IEnumerable<int[]> Shapes(Module module) => module.Parameters().Select(static parameter => parameter.Shape.AsSpan().ToArray());

    private static torch.Tensor Rows(torch.Tensor table, torch.Tensor tokens) =>
        table.index_select(0, tokens.flatten()).reshape([.. tokens.shape, table.shape[1]]);

    private static torch.Tensor RmsNorm(torch.Tensor x, torch.Tensor weight) => x * (x.square().mean([-1L], keepdim: true) + 1e-5).rsqrt() * weight;

    private static torch.Tensor Rotary(torch.Tensor x, bool isInterleaved)
    {
        var (length, half) = (x.shape[^2], x.shape[^1] / 2);
        var frequency = torch.pow(torch.tensor(10000.0, torch.ScalarType.Float64), torch.arange(half, dtype: torch.ScalarType.Float64) * (-1.0 / half));
        var angle = torch.arange(length, dtype: torch.ScalarType.Float64).unsqueeze(1) * frequency;
        var (cos, sin) = (angle.cos().to(x.dtype), angle.sin().to(x.dtype));
        if (isInterleaved)
        {
            var pairs = x.reshape([.. x.shape[..^1], half, 2]);
            var (a, b) = (pairs.select(-1, 0), pairs.select(-1, 1));
            return torch.stack([a * cos - b * sin, b * cos + a * sin], -1).reshape(x.shape);
        }
        var (left, right) = (x.narrow(-1, 0, half), x.narrow(-1, half, half));
        return torch.cat([left * cos - right * sin, right * cos + left * sin], -1);
    }

    /// <summary>Two heads, with the four parameters from <paramref name="at"/> on.</summary>
    private static torch.Tensor SelfAttention(torch.Tensor x, torch.Tensor[] t, int at)
    {
        var (n, length, width) = (x.shape[0], x.shape[1], x.shape[2]);
        var qkv = F.linear(x, t[at], t[at + 1]);
        torch.Tensor Part(long k) => qkv.narrow(-1, k * width, width).reshape(n, length, 2, width / 2).transpose(1, 2);
        var mixed = F.scaled_dot_product_attention(Part(0), Part(1), Part(2), is_casual: true);
        return F.linear(mixed.transpose(1, 2).reshape(n, length, width), t[at + 2], t[at + 3]);
    }

    private static torch.Tensor FeedForward(torch.Tensor x, torch.Tensor[] t, int at)
    {
        var u = F.linear(x, t[at], t[at + 1]);
        u = u * 0.5 * (1 + torch.tanh(Math.Sqrt(2 / Math.PI) * (u + 0.044715 * u.pow(3))));
        return F.linear(u, t[at + 2], t[at + 3]);
    }

    private static torch.Tensor Block(torch.Tensor x, torch.Tensor[] t, int at)
    {
        x = x + SelfAttention(F.layer_norm(x, [x.shape[2]], t[at], t[at + 1]), t, at + 2);
        return x + FeedForward(F.layer_norm(x, [x.shape[2]], t[at + 6], t[at + 7]), t, at + 8);
    }
}
