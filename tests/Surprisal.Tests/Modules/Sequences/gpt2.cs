#:package TorchSharp-cpu@0.107.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// Writes a tiny GPT-2 of random weights in the layout of Hugging Face's files, and what libtorch makes of it: gpt2.safetensors, gpt2.json.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build gpt2.cs -o out && dotnet out/gpt2.dll FOLDER
// The file has the prefix transformer., the masks attn.bias that such files have, and Conv1D's weights [in, out]. The golden has tokens, logits, the mean
// cross-entropy of the next token and its gradient by every weight, all in float64 by libtorch's plain operations: no attention of its own is used.
using System.Globalization;
using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

const int V = 11, T = 7, H = 8, L = 2, Heads = 2;
var random = new Random(23);
var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
var masks = new Dictionary<string, Tensor>(StringComparer.Ordinal);
Add("wte.weight", V, H);
Add("wpe.weight", T, H);
for (var i = 0; i < L; i++)
{
    Add($"h.{i}.ln_1.weight", H);
    Add($"h.{i}.ln_1.bias", H);
    masks[$"h.{i}.attn.bias"] = ones(T, T).tril().reshape(1, 1, T, T);
    masks[$"h.{i}.attn.masked_bias"] = tensor(-10000f);
    Add($"h.{i}.attn.c_attn.weight", H, 3 * H);
    Add($"h.{i}.attn.c_attn.bias", 3 * H);
    Add($"h.{i}.attn.c_proj.weight", H, H);
    Add($"h.{i}.attn.c_proj.bias", H);
    Add($"h.{i}.ln_2.weight", H);
    Add($"h.{i}.ln_2.bias", H);
    Add($"h.{i}.mlp.c_fc.weight", H, 4 * H);
    Add($"h.{i}.mlp.c_fc.bias", 4 * H);
    Add($"h.{i}.mlp.c_proj.weight", 4 * H, H);
    Add($"h.{i}.mlp.c_proj.bias", H);
}
Add("ln_f.weight", H);
Add("ln_f.bias", H);

long[] tokens = [3, 1, 4, 1, 5, 9, 2, 10, 0, 3, 3, 7, 8, 6], targets = [1, 4, 1, 5, 9, 2, 6, 0, -100, 3, 7, 8, 6, -100];
var input = tensor(tokens, dtype: ScalarType.Int64).reshape(2, T);
var x = weights["wte.weight"].index_select(0, input.flatten()).reshape(2, T, H) + weights["wpe.weight"];
for (var i = 0; i < L; i++)
{
    Tensor W(string name) => weights[$"h.{i}.{name}"];
    var qkv = Norm(x, $"h.{i}.ln_1").matmul(W("attn.c_attn.weight")) + W("attn.c_attn.bias");
    Tensor Part(int k) => qkv.narrow(-1, k * H, H).reshape(2, T, Heads, H / Heads).transpose(1, 2);
    var scores = Part(0).matmul(Part(1).transpose(-2, -1)) / Math.Sqrt(H / Heads);
    scores = scores.masked_fill(ones(T, T).triu(1).to(ScalarType.Bool), double.NegativeInfinity);
    var mixed = scores.softmax(-1).matmul(Part(2)).transpose(1, 2).reshape(2, T, H);
    x = x + mixed.matmul(W("attn.c_proj.weight")) + W("attn.c_proj.bias");
    var u = Norm(x, $"h.{i}.ln_2").matmul(W("mlp.c_fc.weight")) + W("mlp.c_fc.bias");
    u = u * 0.5 * (1 + tanh(Math.Sqrt(2 / Math.PI) * (u + 0.044715 * u.pow(3))));
    x = x + u.matmul(W("mlp.c_proj.weight")) + W("mlp.c_proj.bias");
}
var logits = Norm(x, "ln_f").matmul(weights["wte.weight"].t());
var loss = F.cross_entropy(logits.reshape(-1, V), tensor(targets, dtype: ScalarType.Int64), ignore_index: -100);
loss.backward();

var folder = args[0];
var all = weights.Concat(masks).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
var begin = 0L;
foreach (var (name, value) in all)
{
    header.Append(CultureInfo.InvariantCulture,
        $",\"transformer.{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(",", value.shape)}],\"data_offsets\":[{begin},{begin + 4 * value.numel()}]}}");
    begin += 4 * value.numel();
}
header.Append('}').Append(' ', (8 - header.Length % 8) % 8);
using (var file = new BinaryWriter(File.Create(Path.Combine(folder, "gpt2.safetensors"))))
{
    file.Write((long)header.Length);
    file.Write(Encoding.UTF8.GetBytes(header.ToString()));
    foreach (var (_, value) in all)
        foreach (var number in value.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray()) file.Write(number);
}
File.WriteAllText(Path.Combine(folder, "gpt2.json"), JsonSerializer.Serialize(new
{
    heads = Heads, tokens, targets, logits = Doubles(logits), loss = loss.item<double>(),
    gradients = weights.ToDictionary(pair => pair.Key, pair => Doubles(pair.Value.grad!)),
}) + "\n");

void Add(string name, params long[] shape)
{
    // floats, so that the file holds what was computed with; normalisations near 1, biases that matter
    var count = (int)shape.Aggregate(1L, (a, b) => a * b);
    var centre = name.Contains("ln_", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0;
    double[] values = [.. Enumerable.Range(0, count).Select(_ => (double)(float)(centre + (random.NextDouble() - 0.5) * 0.8))];
    weights[name] = tensor(values, dtype: ScalarType.Float64).reshape(shape).requires_grad_();
}

Tensor Norm(Tensor of, string name) => F.layer_norm(of, [H], weights[name + ".weight"], weights[name + ".bias"], 1e-5);

double[] Doubles(Tensor of) => of.detach().contiguous().data<double>().ToArray();
