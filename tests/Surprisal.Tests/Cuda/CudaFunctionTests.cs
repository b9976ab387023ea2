using System.Reflection;
using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>The functions of tensors on a card: the CPU's names, arguments and defaults, and its bits.</summary>
public sealed class CudaFunctionTests(ITestOutputHelper output)
{
    private const int Rows = 4, Classes = 5;

    /// <summary>Through a linear layer and of sampled classes: the CPU has them alone.</summary>
    private static readonly string[] onCpuAlone = ["LinearCrossEntropy", "SampledSoftmax"];

    private readonly PtxDevice device = new();

    /// <summary>Each function of the CPU that has a target, as text, and what a card has; focal has to be told how to reduce.</summary>
    [Fact]
    public void Each_function_has_the_arguments_and_defaults_of_the_CPUs()
    {
        string[] expected = [.. Signatures(typeof(F)).Where(static text => !onCpuAlone.Contains(text.Split('(')[0], StringComparer.Ordinal))
            .Where(static text => !text.StartsWith("Focal(", StringComparison.Ordinal) || text.Contains("options", StringComparison.Ordinal))];
        Assert.True(expected.Length >= 28);
        var actual = Signatures(typeof(CudaLossExtensions)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], expected.Except(actual, StringComparer.Ordinal));
    }

    [Fact]
    public void Each_function_has_the_CPUs_value_and_gradient()
    {
        Check<float>();
        Check<double>();
        Check<Half>();
        Check<BFloat16>();
    }

    [Fact]
    public void Options_that_are_null_are_named()
    {
        using var x = CudaTensor<float>.New(device, new[] { 1 }, [1]);
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => F.Mse(x, x, options: null!)).ParamName);
        Assert.Equal("loss", Assert.Throws<ArgumentNullException>(() => ((MseLoss)null!).Forward(x, x)).ParamName);
    }

    private static IEnumerable<string> Signatures(Type type) =>
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.IsGenericMethodDefinition && method.Name != "Forward" && Array.Exists(method.GetParameters(), static it => it.Name == "target")
        select $"{method.Name}({string.Join(", ", method.GetParameters().Select(static parameter =>
            $"{parameter.ParameterType.ToString().Replace("Surprisal.Cuda.CudaTensor`1", "Surprisal.Tensor`1", StringComparison.Ordinal)} {parameter.Name}" +
            (parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")))})";

    private void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount;
        output.WriteLine($"{typeof(T).Name} seed {seed}");
        var random = new Random(seed);
        T Number(double scale) => T.CreateTruncating(random.NextDouble() * scale);
        T[] values = [.. Enumerable.Range(0, Rows * Classes).Select(_ => Number(0.9))], answers = [.. values.Select(_ => Number(1))];
        T[] counts = [.. values.Select(_ => random.Next(4) == 0 ? T.Zero : Number(3))], ofRows = counts[..Rows];
        long[] classes = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(Classes))];
        Tensor<T> input = Tensor.Create<T>(values, [Rows, Classes], requiresGrad: true), target = Tensor.Create<T>(answers, [Rows, Classes]),
            weights = Tensor.Create<T>(counts, [Rows, Classes]), rowWeights = Tensor.Create<T>(ofRows, [Rows]);
        var indices = Tensor.Create<long>(classes, [Rows]);
        using var x = CudaTensor<T>.New(device, new[] { Rows, Classes }, values);
        using var t = CudaTensor<T>.New(device, new[] { Rows, Classes }, answers);
        using var s = CudaTensor<T>.New(device, new[] { Rows, Classes }, counts);
        using var r = CudaTensor<T>.New(device, new[] { Rows }, ofRows);
        using var c = CudaTensor<long>.New(device, new[] { Rows }, classes);
        x.RequiresGrad = true;
        (Func<Tensor<T>> Cpu, Func<CudaLoss<T>> Gpu)[] functions =
        [
            (() => F.Nll(input, indices, [1, 2, 3, 4, 5], 3, Reduction.Sum), () => F.Nll(x, c, [1, 2, 3, 4, 5], 3, Reduction.Sum)),
            (() => F.Nll(input, indices, new NllLoss { IgnoreIndex = 0 }, rowWeights), () => F.Nll(x, c, new NllLoss { IgnoreIndex = 0 }, r)),
            (() => F.SoftmaxFocal(input, indices, [1, 2, 3, 4, 5], gamma: 1.5), () => F.SoftmaxFocal(x, c, [1, 2, 3, 4, 5], gamma: 1.5)),
            (() => F.SoftmaxFocal(input, indices, new SoftmaxFocalLoss { Reduction = Reduction.Mean }, rowWeights),
                () => F.SoftmaxFocal(x, c, new SoftmaxFocalLoss { Reduction = Reduction.Mean }, r)),
            (() => F.Bce(input, target, new BceLoss { Normalizer = 3 }, weights), () => F.Bce(x, t, new BceLoss { Normalizer = 3 }, s)),
            (() => F.BceWithLogits(input, target, new BceWithLogitsLoss { PosWeight = [2] }),
                () => F.BceWithLogits(x, t, new BceWithLogitsLoss { PosWeight = [2] })),
            (() => F.Focal(input, target, new FocalLoss { Reduction = Reduction.Sum }), () => F.Focal(x, t, new FocalLoss { Reduction = Reduction.Sum })),
            (() => F.KlDiv(input, target, Reduction.BatchMean, logTarget: true, weights), () => F.KlDiv(x, t, Reduction.BatchMean, logTarget: true, s)),
            (() => F.KlDiv(input, target, new KlDivLoss()), () => F.KlDiv(x, t, new KlDivLoss())),
            (() => F.SoftMargin(input, target), () => F.SoftMargin(x, t)),
            (() => F.SoftMargin(input, target, new SoftMarginLoss(), weights), () => F.SoftMargin(x, t, new SoftMarginLoss(), s)),
            (() => F.MultiLabelSoftMargin(input, target, [1, 2, 3, 4, 5], sampleWeights: rowWeights),
                () => F.MultiLabelSoftMargin(x, t, [1, 2, 3, 4, 5], sampleWeights: r)),
            (() => F.MultiLabelSoftMargin(input, target, new MultiLabelSoftMarginLoss()), () => F.MultiLabelSoftMargin(x, t, new MultiLabelSoftMarginLoss())),
            (() => F.Mse(input, target), () => F.Mse(x, t)),
            (() => F.Mse(input, target, new MseLoss { Normalizer = 7 }, weights), () => F.Mse(x, t, new MseLoss { Normalizer = 7 }, s)),
            (() => F.L1(input, target, Reduction.Sum, weights), () => F.L1(x, t, Reduction.Sum, s)),
            (() => F.L1(input, target, new L1Loss()), () => F.L1(x, t, new L1Loss())),
            (() => F.Huber(input, target, delta: 0.3), () => F.Huber(x, t, delta: 0.3)),
            (() => F.Huber(input, target, new HuberLoss { Delta = 2 }, weights), () => F.Huber(x, t, new HuberLoss { Delta = 2 }, s)),
            (() => F.Dice(input, indices, 0.5, 3, AbsentClasses.Count, squared: true), () => F.Dice(x, c, 0.5, 3, AbsentClasses.Count, squared: true)),
            (() => F.Dice(input, indices, new DiceLoss()), () => F.Dice(x, c, new DiceLoss())),
            (() => F.Jaccard(input, indices, perImage: true), () => F.Jaccard(x, c, perImage: true)),
            (() => F.Jaccard(input, indices, new JaccardLoss { Normalizer = 2 }), () => F.Jaccard(x, c, new JaccardLoss { Normalizer = 2 })),
            (() => F.Tversky(input, indices, 0.3, 0.7, reduction: Reduction.Sum), () => F.Tversky(x, c, 0.3, 0.7, reduction: Reduction.Sum)),
            (() => F.Tversky(input, indices, new TverskyLoss { Smooth = 0 }), () => F.Tversky(x, c, new TverskyLoss { Smooth = 0 })),
            (() => F.SmoothL1(input, target, beta: 0.2), () => F.SmoothL1(x, t, beta: 0.2)),
            (() => F.SmoothL1(input, target, new SmoothL1Loss { Beta = 0 }, weights), () => F.SmoothL1(x, t, new SmoothL1Loss { Beta = 0 }, s)),
        ];
        for (var i = 0; i < functions.Length; i++)
        {
            input.Grad = null;
            x.ZeroGrad();
            var expected = functions[i].Cpu();
            expected.Backward();
            using var loss = functions[i].Gpu();
            loss.Backward();
            AssertBits.Equal(expected.Item(), loss.Item(), $"value {i} of {typeof(T).Name}");
            AssertBits.Equal<T>(input.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), $"gradient {i} of {typeof(T).Name}");
        }
    }
}
