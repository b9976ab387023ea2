using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Steps of AdamW on GPT-2's form with the fused attention; parameters and tokens are the other side's.</summary>
internal sealed class Gpt : Work
{
    private readonly int steps, layers, heads;
    private readonly Dictionary<string, TorchSharp.Modules.Parameter> parameters = [];
    private readonly TorchSharp.Modules.Embedding tokenTable, placeTable;
    private readonly torch.Tensor tokens, targets, places;
    private readonly torch.optim.Optimizer optimizer;

    public Gpt(JsonObject request, torch.Tensor[] inputs)
    {
        (steps, layers, heads) = ((int)request["steps"]!, (int)request["layers"]!, (int)request["heads"]!);
        var shapes = request["parameters"]!.AsObject();
        foreach (var ((name, shape), numbers) in shapes.Zip(inputs))
            parameters.Add(name, Parameter(numbers.view(shape!.Deserialize<long[]>()!).clone()));
        (tokenTable, placeTable) = (Table("wte.weight"), Table("wpe.weight"));
        var shapeOfTokens = Shape(request);
        (tokens, targets) = (inputs[^2].view(shapeOfTokens), inputs[^1].view(-1));
        places = torch.arange(shapeOfTokens[1]);
        var groups = parameters.Values.ToLookup(static parameter => parameter.dim() > 1);
        optimizer = torch.optim.AdamW(
            new TorchSharp.Modules.AdamW.ParamGroup[] { new(groups[true], Options(0.1)), new(groups[false], Options(0)) },
            lr: Rate, beta1: 0.9, beta2: 0.95);
    }

    private const double Rate = 3e-3;

    private static TorchSharp.Modules.AdamW.Options Options(double decay) =>
        new() { LearningRate = Rate, InitialLearningRate = Rate, beta1 = 0.9, beta2 = 0.95, eps = 1e-8, weight_decay = decay };

    protected override torch.Tensor[] Call()
    {
        for (var step = 0; step < steps - 1; step++)
        {
            using var round = torch.NewDisposeScope();
            Step();
        }
        return [Step()];
    }

    private torch.Tensor Step()
    {
        optimizer.zero_grad();
        var logits = functional.linear(Hidden(), parameters["wte.weight"]);
        var loss = functional.cross_entropy(logits.view(-1, logits.shape[^1]), targets);
        loss.backward();
        utils.clip_grad_norm_(parameters.Values, 1);
        optimizer.step();
        return loss;
    }

    private torch.Tensor Hidden()
    {
        var x = tokenTable.forward(tokens) + placeTable.forward(places);
        for (var i = 0; i < layers; i++)
        {
            x = x + Linear(Attention(Linear(Norm(x, $"h.{i}.ln_1"), $"h.{i}.attn.c_attn")), $"h.{i}.attn.c_proj");
            var inner = functional.gelu(Linear(Norm(x, $"h.{i}.ln_2"), $"h.{i}.mlp.c_fc"), TorchSharp.Modules.GELU.Approximate.tanh);
            x = x + Linear(inner, $"h.{i}.mlp.c_proj");
        }
        return Norm(x, "ln_f");
    }

    private torch.Tensor Attention(torch.Tensor qkv)
    {
        var (count, length, width) = (qkv.shape[0], qkv.shape[1], qkv.shape[2] / 3);
        var parts = qkv.chunk(3, 2).Select(part => part.view(count, length, heads, width / heads).transpose(1, 2)).ToArray();
        return functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true)
            .transpose(1, 2).reshape(count, length, width);
    }

    private TorchSharp.Modules.Embedding Table(string name)
    {
        var table = Embedding(parameters[name].shape[0], parameters[name].shape[1]);
        table.weight = parameters[name];
        return table;
    }

    private torch.Tensor Linear(torch.Tensor x, string name) =>
        functional.linear(x, parameters[$"{name}.weight"], parameters[$"{name}.bias"]);

    private torch.Tensor Norm(torch.Tensor x, string name) =>
        functional.layer_norm(x, [x.shape[^1]], parameters[$"{name}.weight"], parameters[$"{name}.bias"]);
}
