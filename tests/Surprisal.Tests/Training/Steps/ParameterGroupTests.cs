using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Groups of parameters: each moves as with an optimizer of its own, and checkpoints compare them.</summary>
public sealed class ParameterGroupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private sealed record Kind(Func<IEnumerable<ParameterGroup>, Optimizer> Grouped, Func<Tensor<float>, double, double, Optimizer> Alone);

    private static readonly Dictionary<string, Kind> kinds =
        new(StringComparer.Ordinal)
        {
            ["Sgd"] = new(static groups => new Sgd(groups, 0.2, momentum: 0.9, weightDecay: 0.1, nesterov: true),
                static (p, rate, decay) => new Sgd([p], rate, 0.9, decay, nesterov: true)),
            ["Adam"] = new(static groups => new Adam(groups, 0.2, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1),
                static (p, rate, decay) => new Adam([p], rate, 0.8, 0.99, 1e-6, decay)),
            ["AdamW"] = new(static groups => new AdamW(groups, 0.2, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1),
                static (p, rate, decay) => new AdamW([p], rate, 0.8, 0.99, 1e-6, decay)),
        };

    public static TheoryData<string> Kinds => [.. kinds.Keys];

    [Theory, MemberData(nameof(Kinds))]
    public void EachGroupMovesAsWithAnOptimizerOfItsOwn(string kind)
    {
        var (a, b, c) = (Parameter(1), Parameter(2), Parameter(3));
        var grouped = kinds[kind].Grouped(
        [
            new() { Parameters = [a] },
            new() { Parameters = [b], LearningRateFactor = 0.25, WeightDecay = 0 },
            new() { Parameters = [] },
            new() { Parameters = [c], WeightDecay = 0.5 },
        ]);
        var (x, y, z) = (Parameter(1), Parameter(2), Parameter(3));
        Optimizer[] alone = [kinds[kind].Alone(x, 0.2, 0.1), kinds[kind].Alone(y, 0.05, 0), kinds[kind].Alone(z, 0.2, 0.5)];
        for (var step = 0; step < 4; step++)
        {
            if (step == 2)
            {
                grouped.LearningRate = 0.4; // as a schedule does: of all groups
                foreach (var (optimizer, rate) in alone.Zip([0.4, 0.1, 0.4])) optimizer.LearningRate = rate;
            }
            foreach (var parameter in (Tensor<float>[])[a, b, c, x, y, z])
                parameter.Grad = step == 1 && (parameter == b || parameter == y) ? null : Tensor.Randn<float>([5], new Seed(step));
            grouped.Step();
            foreach (var optimizer in alone) optimizer.Step();
        }
        Assert.Equal([x.ToArray(), y.ToArray(), z.ToArray()], new[] { a.ToArray(), b.ToArray(), c.ToArray() });
        Assert.Equal((4, 3), (grouped.ParameterGroups.Count, grouped.Parameters.Count));
        Assert.Same(b, grouped.Parameters[1]);
    }

    [Fact]
    public void WithoutGroupsThereIsOne()
    {
        var parameter = Parameter(1);
        var group = Assert.Single(new Adam([parameter]).ParameterGroups);
        Assert.Same(parameter, Assert.Single(group.Parameters));
        Assert.Equal((1.0, null), (group.LearningRateFactor, group.WeightDecay));
    }

    [Fact]
    public void AParameterInTwoPlacesIsRefusedNamingBoth()
    {
        var (a, b) = (Parameter(1), Parameter(2));
        Assert.Equal("some parameters appear in more than one parameter group: groups[0].Parameters[1] and groups[1].Parameters[0] are the same tensor, " +
            "which would be moved twice a step; give each parameter once. (Parameter 'groups')", Refusal([a, b], [b]));
        Assert.Equal("groups[1].Parameters[0] and groups[1].Parameters[1] are the same tensor, " +
            "which would be moved twice a step; give each parameter once. (Parameter 'groups')", Refusal([a], [b, b]));
        Assert.Equal("optimizer got an empty parameter list (Parameter 'groups')", Refusal([], []));
        Assert.Equal("optimizer got an empty parameter list (Parameter 'groups')", Refusal());

        static string Refusal(params Tensor<float>[][] groups) =>
            Assert.Throws<ArgumentException>(() => new Sgd(groups.Select(static group => new ParameterGroup { Parameters = group }), 0.1)).Message;
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void NumbersThatCannotBeAreRefusedByTheArgumentsOfTheConstructor(double wrong)
    {
        Tensor<float>[] parameters = [Parameter(1)];
        ParameterGroup[] groups = [new() { Parameters = parameters }];
        foreach (var (expected, create) in (ReadOnlySpan<(string, Action)>)
            [
                ("learningRate", () => _ = new Sgd(parameters, wrong)), ("learningRate", () => _ = new Sgd(groups, wrong)),
                ("learningRate", () => _ = new Adam(parameters, wrong)), ("learningRate", () => _ = new Adam(groups, wrong)),
                ("learningRate", () => _ = new AdamW(parameters, wrong)), ("learningRate", () => _ = new AdamW(groups, wrong)),
                ("momentum", () => _ = new Sgd(parameters, 0.1, momentum: wrong)), ("momentum", () => _ = new Sgd(groups, 0.1, momentum: wrong)),
                ("weightDecay", () => _ = new Sgd(parameters, 0.1, weightDecay: wrong)), ("weightDecay", () => _ = new Sgd(groups, 0.1, weightDecay: wrong)),
                ("weightDecay", () => _ = new Adam(parameters, weightDecay: wrong)), ("weightDecay", () => _ = new AdamW(groups, weightDecay: wrong)),
                ("epsilon", () => _ = new Adam(groups, epsilon: wrong)), ("epsilon", () => _ = new AdamW(parameters, epsilon: wrong)),
                ("beta1", () => _ = new Adam(groups, beta1: wrong)), ("beta2", () => _ = new AdamW(groups, beta2: wrong)),
                ("LearningRateFactor", () => _ = new ParameterGroup { Parameters = parameters, LearningRateFactor = wrong }),
                ("WeightDecay", () => _ = new ParameterGroup { Parameters = parameters, WeightDecay = wrong }),
            ])
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(create);
            Assert.Equal(expected, error.ParamName);
            Assert.StartsWith("Invalid ", error.Message, StringComparison.Ordinal);
            Assert.Contains($": {wrong}; it must be ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatIsMissingIsNamed()
    {
        Assert.Equal("parameters", Assert.Throws<ArgumentNullException>(static () => new Sgd((IEnumerable<Tensor<float>>)null!, 0.1)).ParamName);
        Assert.Equal("groups", Assert.Throws<ArgumentNullException>(static () => new Adam((IEnumerable<ParameterGroup>)null!)).ParamName);
        Assert.StartsWith("parameters[1] is null.", Assert.Throws<ArgumentNullException>(static () => new AdamW([Parameter(1), null!])).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("groups[0] is null.", Assert.Throws<ArgumentNullException>(static () => new AdamW([(ParameterGroup)null!])).Message,
            StringComparison.Ordinal);
        Assert.Equal("Parameters", Assert.Throws<ArgumentNullException>(static () => new ParameterGroup { Parameters = null! }).ParamName);
        Assert.Equal("saved", Assert.Throws<ArgumentNullException>(static () => new Adam([Parameter(1)]).LoadStateDictionary(null!)).ParamName);
    }

    [Fact]
    public void AnOptimizerIsOneLine()
    {
        var (a, b) = (Parameter(1), Parameter(2));
        Assert.Equal("Sgd(lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)", new Sgd([a], 0.1, 0.9, 0.01, nesterov: true).ToString());
        Assert.Equal("Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0)", new Adam([a]).ToString());
        Assert.Equal("AdamW(lr=0.5, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01)", new AdamW([a], 0.5).ToString());
        Assert.Equal("Sgd(lr=0.1, momentum=0, weight_decay=0, nesterov=False; 1 parameter, lr times 0.25, weight_decay=0; 1 parameter)",
            new Sgd([new ParameterGroup { Parameters = [a], LearningRateFactor = 0.25, WeightDecay = 0 }, new() { Parameters = [b] }], 0.1).ToString());
        Assert.Equal("Trainer(Linear, CrossEntropyLoss(), Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0))",
            new Trainer(new Linear(2, 2, new Seed(0)), new CrossEntropyLoss(), new Adam([a])).ToString());
    }

    [Theory]
    [InlineData(0.5, 0.0, true)]
    [InlineData(0.25, 0.0, false)]
    [InlineData(0.5, 0.1, false)]
    [InlineData(0.5, null, false)]
    public void ACheckpointComparesTheGroups(double factor, double? decay, bool same)
    {
        var path = Path.Combine(folder, "checkpoint.safetensors");
        var whole = Trained(0.5, 0);
        _ = whole.Fit(Loader(), Loader(), 4);
        var first = Trained(0.5, 0);
        _ = first.Fit(Loader(), Loader(), 2);
        Checkpoint.Save(path, first, Loader());
        var second = Trained(factor, decay);
        if (!same)
        {
            var message = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path, second, Loader())).Message;
            Assert.Contains("its optimizer is \"AdamW(betas=(0.9, 0.999), eps=1e-08, weight_decay=0.3; 1 parameter; 1 parameter, lr times 0.5, " +
                "weight_decay=0)\", here it is \"AdamW(betas=(0.9, 0.999), eps=1e-08, weight_decay=0.3; 1 parameter; 1 parameter, lr times", message,
                StringComparison.Ordinal);
            return;
        }
        Assert.Empty(Checkpoint.Load(path, second, Loader()));
        _ = second.Fit(Loader(), Loader(), 4);
        foreach (var (name, tensor) in whole.Model.StateDictionary())
            Assert.Equal(((Tensor<float>)tensor).ToArray(), ((Tensor<float>)second.Model.StateDictionary()[name]).ToArray());
    }

    [Fact]
    public void BiasesAndNormsDoNotDecayOnRequest()
    {
        var model = new Sequential(new Conv2d(1, 2, 3, new Seed(0)), new BatchNorm2d(2), new Flatten(),
            new Linear(8, 3, new Seed(1)));
        var groups = ParameterGroup.WithoutDecayOfVectors(model);
        Assert.Equal([4, 2], groups[0].Parameters.Select(static parameter => parameter.Rank));
        Assert.Equal([1, 1, 1, 1], groups[1].Parameters.Select(static parameter => parameter.Rank));
        Assert.Equal((null, 0.0), (groups[0].WeightDecay, groups[1].WeightDecay));
        var none = new BatchNorm2d(2);
        Assert.Empty(ParameterGroup.WithoutDecayOfVectors(none)[0].Parameters);
        Assert.Equal(2, new AdamW(ParameterGroup.WithoutDecayOfVectors(none)).Parameters.Count);
        Assert.Equal("model", Assert.Throws<ArgumentNullException>(static () => ParameterGroup.WithoutDecayOfVectors(null!)).ParamName);
    }

    private static Trainer Trained(double factor, double? decay)
    {
        var model = new Linear(3, 2, new Seed(1));
        var optimizer = new AdamW(
            [new ParameterGroup { Parameters = [model.Weight] }, new() { Parameters = [model.Bias!], LearningRateFactor = factor, WeightDecay = decay }],
            0.05, weightDecay: 0.3);
        return new Trainer(model, new CrossEntropyLoss(), optimizer) { Schedule = new CosineLr(optimizer, 4) };
    }

    private static DataLoader Loader() => new(
        new TensorDataset(Tensor.Randn<float>([10, 3], new Seed(7)), Tensor.RandInt<long>(0, 2, [10], new Seed(8)), ["a", "b"]), batchSize: 4, new Seed(3));

    private static Tensor<float> Parameter(long seed) => Tensor.Randn<float>([5], new Seed(seed), requiresGrad: true);
}
