using System.Collections;
using System.Reflection;
using Surprisal.Modules;
using Module = Surprisal.Modules.Module;

namespace Surprisal.Tests.Modules;

/// <summary>What has to be true of each module: shapes, text, seeds, state, freezing.</summary>
public sealed class EveryModuleTests
{
    public static TheoryData<int, string> Modules => [.. EveryModule.All.Select(static (each, i) => (i, each.Text))];

    [Theory, MemberData(nameof(Modules))]
    public void ItPrintsItsSettings(int which, string text) => Assert.Equal(text, Make(which).ToString().Split('\n')[0]);

    [Theory, MemberData(nameof(Modules))]
    public void TheOutputHasItsShapeAlsoWithoutSamples(int which, string _)
    {
        foreach (var samples in new[] { EveryModule.All[which].Input[0], 0 })
        foreach (var isTraining in new[] { true, false })
        {
            var module = Make(which);
            module.Train(isTraining);
            Assert.Equal([samples, .. EveryModule.All[which].Output[1..]], module.Forward(Input(which, samples)).Shape);
        }
    }

    [Theory, MemberData(nameof(Modules))]
    public void TheSameSeedGivesTheSameNumbers(int which, string _)
    {
        var (one, other) = (Make(which), Make(which));
        Assert.Equal(Numbers(one), Numbers(other));
        for (var call = 0; call < 2; call++) Assert.Equal(one.Forward(Input(which)).ToArray(), other.Forward(Input(which)).ToArray());
        Assert.Equal(Numbers(one), Numbers(other));
    }

    [Theory, MemberData(nameof(Modules))]
    public void EveryTensorThatItHoldsIsAParameterOrABuffer(int which, string _)
    {
        foreach (var (_, module) in Make(which).NamedModules())
        {
            var registered = module.State(persistentOnly: false).Values.ToHashSet<object>(ReferenceEqualityComparer.Instance);
            foreach (var field in module.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            foreach (var held in field.GetValue(module) is IEnumerable many ? many.Cast<object?>() : [field.GetValue(module)])
                Assert.False(
                    held is Tensor && !registered.Contains(held),
                    $"{module.GetType().Name}.{field.Name} was given neither to Parameter nor to Buffer, so it is not saved.");
        }
    }

    [Theory, MemberData(nameof(Modules))]
    public void AnotherOneWithItsStateComputesTheSame(int which, string _)
    {
        var (source, target) = (Make(which), Make(which, seed: 2));
        var seed = 7;
        foreach (var tensor in source.StateDictionary().Values.OfType<Tensor<float>>())
            tensor.Detach().CopyFrom(Tensor.Rand<float>(tensor.Shape, new Seed(seed++)));
        source.Forward(Input(which)); // moves buffers
        target.LoadStateDictionary(source.StateDictionary());
        source.Eval();
        target.Eval();
        Assert.Equal(source.Forward(Input(which)).ToArray(), target.Forward(Input(which)).ToArray());
    }

    [Theory, MemberData(nameof(Modules))]
    public void EveryParameterGetsAGradientAndTheInputToo(int which, string _)
    {
        var (module, input) = (Make(which), Input(which).WithGrad(true));
        module.Forward(input).Sum().Backward();
        if (!EveryModule.TakesTokens(module)) Assert.Equal(input.Shape, input.Grad!.Shape);
        foreach (var (name, parameter) in module.NamedParameters())
            Assert.True(parameter.Grad?.Shape.Equals(parameter.Shape), $"{name} has no gradient of its shape.");
    }

    [Theory, MemberData(nameof(Modules))]
    public void AFrozenOneStaysAsItIsAndPassesGradientsOn(int which, string _)
    {
        var (module, input) = (Make(which), Input(which).WithGrad(true));
        module.Freeze();
        module.Train();
        var before = Numbers(module);
        if (EveryModule.TakesTokens(module))
        {
            Assert.False(module.Forward(input).RequiresGrad);
        }
        else
        {
            module.Forward(input).Sum().Backward();
            Assert.Equal(input.Shape, input.Grad!.Shape);
        }
        Assert.Equal(before, Numbers(module));
        Assert.All(module.Parameters(), static parameter => Assert.True(!parameter.RequiresGrad && parameter.Grad is null));
        Assert.Equal(module.Forward(input).ToArray(), module.Forward(input).ToArray());
    }

    private static Module Make(int which, long seed = 1) => EveryModule.All[which].Make(seed);

    private static Tensor<float> Input(int which, int samples = -1)
    {
        int[] shape = [samples < 0 ? EveryModule.All[which].Input[0] : samples, .. EveryModule.All[which].Input[1..]];
        return EveryModule.TakesTokens(Make(which)) ? Tensor.RandInt<float>(0, 5, shape, new Seed(5)) : Tensor.Randn<float>(shape, new Seed(5));
    }

    /// <summary>Every number of every parameter and buffer.</summary>
    private static double[] Numbers(Module module) =>
    [
        .. module.State(persistentOnly: false).Values.SelectMany(static tensor =>
            tensor is Tensor<float> numbers ? Array.ConvertAll(numbers.ToArray(), static x => (double)x) : [((Tensor<long>)tensor).Item()]),
    ];
}
