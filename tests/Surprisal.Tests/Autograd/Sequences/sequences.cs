#:package TorchSharp-cpu@0.107.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// Writes sequences.json: what libtorch answers for attention, embeddings, root-mean-square normalisation and rotary positions, and their gradients.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build sequences.cs -o out && dotnet out/sequences.dll > sequences.json
// Each case holds the operation, the arguments, the inputs, the output, an upstream gradient and the gradients of the inputs, in float32 and in float64.
// Embeddings (index_select), root-mean-square normalisation and rotary positions are composed of its operations, with angles in float64; packed sequences
// are its masks.
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

var random = new Random(22);
var cases = new List<string>();

foreach (var (leading, queries, keys, width, values, causal) in new (long[], long, long, long, long, bool)[]
    {
        ([], 1, 1, 1, 1, true), ([2], 3, 3, 4, 4, true), ([1, 2], 17, 17, 5, 3, true), ([2], 5, 9, 4, 2, false), ([], 9, 5, 3, 2, true),
        ([1], 66, 66, 2, 1, true), ([1], 2, 130, 3, 2, false), ([0], 3, 3, 2, 2, false),
    })
    Case("attention", t => F.scaled_dot_product_attention(t[0], t[1], t[2], is_casual: causal),
        [Numbers([.. leading, queries, width]), Numbers([.. leading, keys, width]), Numbers([.. leading, keys, values])], ("causal", causal));

foreach (var segments in new long[][] { [0, 0, 1], [4, 4, 4, 2, 2, 9], [.. Enumerable.Range(0, 70).Select(i => i / 23L)] })
{
    var of = tensor(segments);
    var n = segments.Length;
    var mask = of.unsqueeze(1).eq(of.unsqueeze(0)).logical_and(ones(n, n).tril().to(ScalarType.Bool));
    Case("packed", t => F.scaled_dot_product_attention(t[0], t[1], t[2], attn_mask: mask), [Numbers(2, n, 3), Numbers(2, n, 3), Numbers(2, n, 2)],
        ("segments", segments));
}

foreach (var (rows, width, tokens, padding) in new (long, long, long[], long?)[]
    { (4, 3, [2, 0, 2, 3, 2], null), (1, 1, [0], null), (3, 17, [1, 1, 0], 1), (5, 2, [], null), (3, 2, [0, 2, 2, 0, 1, 2, 2], 0) })
    Case("embedding", t =>
    {
        var index = tensor(tokens, dtype: ScalarType.Int64);
        var picked = t[0].index_select(0, index);
        return padding is { } left ? where(index.eq(left).unsqueeze(1), picked.detach(), picked) : picked;
    }, [Numbers(rows, width)],
        ("tokens", tokens), ("padding", padding));

foreach (var (shape, dims, epsilon) in new (long[], int, double)[]
    { ([4], 1, 1e-5), ([3, 1], 1, 1e-5), ([2, 5], 1, 0.5), ([3, 17], 1, 1e-6), ([2, 3, 4], 2, 1e-5), ([0, 4], 1, 1e-5), ([2, 33], 1, 1e-5) })
    foreach (var affine in new[] { false, true })
    {
        long[] axes = [.. Enumerable.Range(1, dims).Select(i => -(long)i)];
        List<Tensor> inputs = [Numbers(shape)];
        if (affine) inputs.Add(Numbers(shape[^dims..]));
        Case("rmsNorm", t =>
        {
            var y = t[0] * (t[0].square().mean(axes, keepdim: true) + epsilon).rsqrt();
            return affine ? y * t[1] : y;
        }, inputs, ("dims", dims), ("epsilon", epsilon));
    }

foreach (var (shape, positions, rotaryBase, interleaved) in new (long[], long[], double, bool)[]
    {
        ([1, 4], [1], 10000, true), ([1, 4], [1], 10000, false), ([2, 3, 6], [0, 1, 2], 10000, false), ([2, 3, 6], [7, 0, 1000], 500000, true),
        ([5, 34], [0, 1, 2, 3, 4], 10000, false), ([2, 2], [3, 3], 2, true), ([0, 2], [], 10000, false),
    })
    Case("rotary", t =>
    {
        var (d, half) = (shape[^1], shape[^1] / 2);
        var frequency = pow(tensor(rotaryBase, dtype: ScalarType.Float64), arange(half, dtype: ScalarType.Float64) * (-2.0 / d));
        var angle = tensor(positions, dtype: ScalarType.Float64).unsqueeze(1) * frequency.unsqueeze(0);
        var (cos, sin) = (angle.cos().to(t[0].dtype), angle.sin().to(t[0].dtype));
        if (interleaved)
        {
            var pairs = t[0].reshape([.. shape[..^1], half, 2]);
            var (x, y) = (pairs.select(-1, 0), pairs.select(-1, 1));
            return stack([x * cos - y * sin, y * cos + x * sin], -1).reshape(shape);
        }
        var (a, b) = (t[0].narrow(-1, 0, half), t[0].narrow(-1, half, half));
        return cat([a * cos - b * sin, b * cos + a * sin], -1);
    }, [Numbers(shape)], ("positions", positions), ("base", rotaryBase), ("interleaved", interleaved));

Console.WriteLine("{\"cases\": [\n" + string.Join(",\n", cases) + "\n]}");

void Case(string operation, Func<Tensor[], Tensor> f, IReadOnlyList<Tensor> inputs, params (string Name, object? Value)[] arguments)
{
    foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
    {
        var leaves = inputs.Select(x => x.detach().clone().to(type).requires_grad_()).ToArray();
        var output = f(leaves);
        List<string> fields = [$"\"operation\":\"{operation}\"", $"\"dtype\":\"{type.ToString().ToLowerInvariant()}\"",
            $"\"arguments\":{{{string.Join(",", arguments.Where(a => a.Value is not null).Select(a => $"\"{a.Name}\":{Text(a.Value!)}"))}}}",
            $"\"inputs\":[{string.Join(",", leaves.Select(Record))}]", $"\"output\":{Record(output)}"];
        var upstream = ((Numbers(output.shape) + 0.25) / 2).to(type);
        output.backward([upstream]);
        fields.Add($"\"upstream\":{Record(upstream)}");
        fields.Add($"\"gradients\":[{string.Join(",", leaves.Select(x => Record(x.grad ?? zeros_like(x))))}]");
        cases.Add("{" + string.Join(",", fields) + "}");
    }
}

Tensor Numbers(params long[] shape) =>
    tensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.Next(-20, 21) / 8.0)], dtype: ScalarType.Float64)
        .reshape(shape);

string Record(Tensor x)
{
    x = x.detach().contiguous();
    IEnumerable<string> values = x.numel() == 0 ? [] : x.dtype == ScalarType.Float32
        ? x.data<float>().ToArray().Select(value => Text(value))
        : x.data<double>().ToArray().Select(value => Text(value));
    return $"{{\"shape\":[{string.Join(",", x.shape)}],\"values\":[{string.Join(",", values)}]}}";
}

string Text(object value) => value switch
{
    bool flag => flag ? "true" : "false",
    long[] list => $"[{string.Join(",", list)}]",
    _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
};
