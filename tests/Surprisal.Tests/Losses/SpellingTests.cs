using System.Reflection;

namespace Surprisal.Tests.Losses;

/// <summary>The three spellings of a loss are one: an object, an object called at once, and a function with PyTorch's arguments or with the object.</summary>
public sealed class SpellingTests
{
    /// <summary>A value for each option that changes the result.</summary>
    private static readonly Dictionary<string, object> Values = new(StringComparer.Ordinal)
    {
        ["IgnoreIndex"] = 1L, ["LabelSmoothing"] = 0.2, ["SmoothingWeight"] = SmoothingWeight.PerTarget, ["ZLoss"] = 0.3, ["SoftCap"] = 1.5,
        ["Temperature"] = 2.0,
        ["PriorStrength"] = 0.5, ["ZeroTimesInfinityIsZero"] = true, ["Normalizer"] = 7.0, ["WhenEmpty"] = EmptyMean.Zero, ["Reduction"] = Reduction.Sum,
        ["LogTarget"] = true, ["Alpha"] = 0.75, ["Gamma"] = 1.5,
        ["Smooth"] = 0.25, ["Absent"] = AbsentClasses.Count, ["PerImage"] = true, ["Squared"] = true,
        ["Delta"] = 0.3, ["Beta"] = 0.3, ["PosWeight"] = ElementWeights.Create([2, 3, 0.5]),
        ["Prior"] = ClassWeights.Create([0.2, 0.5, 0.3]),
    };

    /// <summary>All but those of a layer's weight, whose spellings are in their own tests.</summary>
    public static TheoryData<Type> Losses =>
        new(typeof(Loss).Assembly.GetExportedTypes()
            .Where(static type => type.IsSubclassOf(typeof(Loss)) && !type.IsAbstract && !EveryLoss.TypesOfLayers.Contains(type)));

    [Theory, MemberData(nameof(Losses))]
    public void EveryParameterIsAnOptionWithTheSameDefault(Type loss)
    {
        var plain = Activator.CreateInstance(loss);
        foreach (var function in Functions(loss))
        foreach (var parameter in function.GetParameters().Where(static one => one.Name is not ("input" or "target" or "sampleWeights")))
        {
            var option = Assert.Single(Options(loss), option => IsOf(parameter, option));
            Assert.Equal(option.GetValue(plain), Convert(parameter.DefaultValue, option.PropertyType));
        }
    }

    /// <summary>Tensors of other element types find one method, with PyTorch's arguments, that the compiler refuses with advice.</summary>
    [Theory, MemberData(nameof(Losses))]
    public void OtherElementTypesFindAdvice(Type loss)
    {
        var advice = Assert.Single(typeof(Functional).GetMethods(), method => !method.IsGenericMethod && method.Name + "Loss" == loss.Name);
        Assert.Equal(Functions(loss).MaxBy(static function => function.GetParameters().Length)!.GetParameters().Select(static parameter =>
                (parameter.Name, parameter.DefaultValue)).Where(static parameter => parameter.Name != "sampleWeights"),
            advice.GetParameters().Select(static parameter => (parameter.Name, parameter.DefaultValue)));
        Assert.True(advice.GetCustomAttribute<ObsoleteAttribute>()!.IsError);
    }

    [Theory, MemberData(nameof(Losses))]
    public void TheFunctionTakesEveryOptionInTheObject(Type loss)
    {
        Assert.Equal(Functions(loss).Length, WithOptions(loss).Length);
        foreach (var function in WithOptions(loss))
        foreach (var option in Options(loss))
        {
            var made = Activator.CreateInstance(loss)!;
            option.SetValue(made, Value(option));
            if (option.Name == "IgnoreIndex" && function.GetGenericArguments().Length == 1) continue; // probabilities have none
            var input = Input();
            Assert.Equal(ByObject((Loss)made, function), Answer(input, (Tensor<double>)Call(function, input, Target(function), made)));
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void TheFunctionIsTheObjectWithThoseOptions(Type loss)
    {
        foreach (var function in Functions(loss))
        {
            PropertyInfo[] options = [.. Options(loss).Where(option => Parameter(function, option) is not null)];
            foreach (var set in options.Select(static option => new[] { option })
                .Append([])
                .Append([.. options.Where(static option => option.Name != "Reduction")]))
            {
                var made = Activator.CreateInstance(loss)!;
                foreach (var option in set) option.SetValue(made, Value(option)); // init-only holds for the compiler, not for reflection
                var expected = ByObject((Loss)made, function);
                var actual = ByFunction(function, set);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Fact]
    public void AnObjectCalledAtOnceAndAFunctionAreOneImplementation()
    {
        var (input, target) = (Input(), Tensor.Create<long>([0, 1]));
        var loss = new CrossEntropyLoss();
        Assert.Equal(loss.Forward(input, target).ToArray(), new CrossEntropyLoss().Forward(input, target).ToArray());
        Assert.Equal(loss.Forward(input, target).ToArray(), Functional.CrossEntropy(input, target).ToArray());
    }

    private static PropertyInfo[] Options(Type loss) => [.. loss.GetProperties().Where(static property => property.SetMethod is { IsPublic: true })];

    /// <summary>The functions of a loss that take PyTorch's arguments.</summary>
    internal static MethodInfo[] Functions(Type loss) => [.. All(loss).Except(WithOptions(loss))];

    private static MethodInfo[] WithOptions(Type loss) => [.. All(loss).Where(function => function.GetParameters()[2].ParameterType == loss)];

    private static IEnumerable<MethodInfo> All(Type loss) => typeof(Functional).GetMethods()
        .Where(method => method.IsGenericMethod && method.Name + "Loss" == loss.Name);

    private static ParameterInfo? Parameter(MethodInfo function, PropertyInfo option) =>
        function.GetParameters().SingleOrDefault(parameter => IsOf(parameter, option));

    private static bool IsOf(ParameterInfo parameter, PropertyInfo option) =>
        string.Equals(parameter.Name, option.Name, StringComparison.OrdinalIgnoreCase);

    private static object Value(PropertyInfo option) =>
        option.Name != "Weight" ? Values.GetValueOrDefault(option.Name)
            ?? throw new InvalidOperationException(
                $"SpellingTests.Values has no value of {option.DeclaringType!.Name}.{option.Name}; add one that changes the result.")
        : option.PropertyType == typeof(ClassWeights) ? ClassWeights.Create([1, 2, 0.5])
        : ElementWeights.Create([1, 2, 0.5]);

    private static object? Convert(object? value, Type type) => value is not null && type.IsEnum ? Enum.ToObject(type, value) : value;

    private static Tensor<double> Input() => Tensor.Create<double>([[0.25, 0.5, 0.125], [0.75, 0.0625, 0.875]], requiresGrad: true);

    private static double[] ByObject(Loss loss, MethodInfo function)
    {
        var input = Input();
        return Answer(input, (loss, Target(function)) switch
        {
            (ClassIndexLoss indices, Tensor<long> target) => indices.Forward(input, target),
            (RegionLoss regions, Tensor<long> target) => regions.Forward(input, target),
            (CrossEntropyLoss probabilities, Tensor<double> target) => probabilities.Forward(input, target),
            (DenseLoss dense, Tensor<double> target) => dense.Forward(input, target),
            _ => throw new InvalidOperationException(),
        });
    }

    private static double[] ByFunction(MethodInfo function, PropertyInfo[] set)
    {
        var input = Input();
        return Answer(input, (Tensor<double>)Call(function, input, Target(function), set));
    }

    /// <summary>Calls a function of a loss, with these options set.</summary>
    internal static Tensor Call(MethodInfo function, Tensor input, Tensor target, params PropertyInfo[] set) => Call(function, input, target, null, set);

    private static Tensor Call(MethodInfo function, Tensor input, Tensor target, object? options, params PropertyInfo[] set)
    {
        Type[] elements = [.. new[] { input, target }.Select(static tensor => tensor.GetType().GetGenericArguments()[0])];
        var generic = function.MakeGenericMethod(elements[..function.GetGenericArguments().Length]);
        var arguments = generic.GetParameters().Select(parameter =>
            parameter.Position == 0 ? input
            : parameter.Position == 1 ? target
            : parameter.Name == "options" ? options
            : set.SingleOrDefault(option => string.Equals(parameter.Name, option.Name, StringComparison.OrdinalIgnoreCase)) is { } option ? Value(option)
            : parameter.DefaultValue).ToArray();
        return (Tensor)generic.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
    }

    private static Tensor Target(MethodInfo function) =>
        function.GetGenericArguments().Length == 2 ? Tensor.Create<long>([0, 1]) : Tensor.Create<double>([[0, 1, 0.5], [0.25, 0.75, 1]]);

    /// <summary>The output and the gradient.</summary>
    private static double[] Answer(Tensor<double> input, Tensor<double> output)
    {
        output.Backward(Tensor.Full(output.Shape, 1.0));
        return [.. output.ToArray(), .. input.Grad!.ToArray()];
    }
}
