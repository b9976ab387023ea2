using System.Text.Json.Nodes;
using Surprisal.Cli.Bench;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Bench.Works;

/// <summary>
/// The GPT of <c>surprisal train --text</c> as it is trained there: steps of AdamW on 1,024 tokens, which are drawn, of as many classes as
/// the chapters have.
/// </summary>
/// <param name="Linear">Whether the loss makes its logits itself, a few at a time; else they are a tensor.</param>
internal sealed record GptTraining(bool Linear) : Work($"GPT, {Steps} steps of 1,024 tokens, {(Linear ? "linear" : "dense")} loss")
{
    public const int Steps = 5, Windows = 8, Context = 128, Vocabulary = 13_133, Width = 64, Layers = 2, Heads = 4;

    public override long Logits => 0;

    /// <summary>The work in PyTorch's words: the parameters' names and shapes in their order, and how often what is done.</summary>
    public JsonObject Request => new()
    {
        ["work"] = "gpt", ["steps"] = Steps, ["layers"] = Layers, ["heads"] = Heads, ["shape"] = new JsonArray(Windows, Context),
        ["parameters"] = new JsonObject(Model().NamedParameters().Select(static of => KeyValuePair.Create(of.Name,
            (JsonNode?)new JsonArray([.. of.Parameter.Shape.ToArray().Select(static size => (JsonNode)(long)size)])))),
    };

    private static Gpt Model() => new(Vocabulary, Context, new Seed(1), Width, Layers, Heads);

    public override Prepared Prepare()
    {
        var model = Model();
        var optimizer = new AdamW(ParameterGroup.WithoutDecayOfVectors(model), learningRate: 3e-3, beta2: 0.95, weightDecay: 0.1);
        var linear = new LinearCrossEntropyLoss();
        var dense = new CrossEntropyLoss();
        var tokens = Tensor.RandInt<long>(0, Vocabulary, [Windows, Context], new Seed(2));
        var targets = Tensor.RandInt<long>(0, Vocabulary, [Windows, Context], new Seed(3));
        var last = 0f;
        return new Prepared(Run, () => [last],
            [.. model.Parameters().Select(static parameter => parameter.ToArray()), tokens.ToArray(), targets.ToArray()]);

        void Run()
        {
            for (var step = 0; step < Steps; step++)
            {
                using var scope = Tensor.Step();
                optimizer.ZeroGrad();
                var hidden = model.Hidden(tokens);
                var value = Linear ? linear.Forward(hidden, model.HeadWeight, targets)
                    : dense.Forward(model.Logits(hidden).Reshape(Windows * Context, Vocabulary), targets.Reshape(Windows * Context));
                value.Backward();
                GradientClipping.ByNorm(model.Parameters(), 1);
                optimizer.Step();
                if (step == Steps - 1) last = value.Item();
            }
        }
    }
}
