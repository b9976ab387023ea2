using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Reproducibility;

/// <summary>What has to have the same bits everywhere: losses and functions over seeded numbers, large enough for several blocks and threads.</summary>
internal static class Works
{
    /// <summary>Each work by name; the answer is every number that it writes and returns.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } = new SortedDictionary<string, Func<byte[]>>(
        Of<float>("float").Concat(Of<double>("double")).Concat(Narrow<Half>("half")).Concat(Narrow<BFloat16>("bfloat16"))
            .ToDictionary(static work => work.Name, static work => work.Run), StringComparer.Ordinal);

    public static string Hash(byte[] answer) => Convert.ToHexStringLower(SHA256.HashData(answer))[..16];

    private static readonly CrossEntropyLoss Smoothed = new()
    {
        Weight = [.. Enumerable.Range(1, 37).Select(static c => c / 16.0)], LabelSmoothing = 0.1, ZLoss = 0.01
    };

    private static IEnumerable<(string Name, Func<byte[]> Run)> Of<T>(string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        yield return ($"cross-entropy, rows of 10, {type}", () => Indices<T>(new CrossEntropyLoss(), [20_000, 10]));
        yield return ($"cross-entropy, rows of 37, smoothed, {type}", () => Indices<T>(Smoothed, [3_000, 37]));
        yield return ($"cross-entropy, rows of 1001, {type}", () => Indices<T>(new CrossEntropyLoss(), [301, 1001]));
        yield return ($"cross-entropy, one row of 200003, {type}", () => Indices<T>(new CrossEntropyLoss(), [1, 200_003]));
        yield return ($"cross-entropy, columns, {type}", () => Indices<T>(Smoothed, [3, 37, 1_237]));
        yield return ($"cross-entropy, bent, {type}", () => Indices<T>(Smoothed with { SoftCap = 2, Temperature = 1.5 }, [1_000, 37]));
        yield return ($"cross-entropy, probabilities, {type}", () => Dense<T>(Smoothed, [2_000, 37]));
        yield return ($"cross-entropy, probabilities in columns, {type}", () => Dense<T>(Smoothed, [3, 37, 237]));
        yield return ($"linear cross-entropy, {type}", () => Linear<T>(new LinearCrossEntropyLoss(), 150, 40, 1_001));
        yield return ($"linear cross-entropy, smoothed and bent, {type}",
            () => Linear<T>(new LinearCrossEntropyLoss { LabelSmoothing = 0.1, ZLoss = 0.01, SoftCap = 2, Temperature = 1.5, MemoryLimit = 0 }, 70, 300, 401));
        yield return ($"sampled softmax, {type}", () => Sampled<T>(new SampledSoftmaxLoss { Samples = 90, Seed = 4 }, 150, 40, 1_001));
        yield return ($"sampled softmax, corrected, {type}",
            () => Sampled<T>(new SampledSoftmaxLoss { Samples = 65, WithReplacement = true, CorrectTarget = true }, 70, 30, 50_257));
        yield return ($"softmax focal, {type}", () => Indices<T>(new SoftmaxFocalLoss { Gamma = 1.5 }, [3_000, 37]));
        yield return ($"dice, {type}", () => Regions<T>(new DiceLoss { Squared = true }, [3, 7, 5_003]));
        yield return ($"jaccard, {type}", () => Regions<T>(new JaccardLoss { PerImage = true }, [3, 7, 5_003]));
        yield return ($"tversky, {type}", () => Regions<T>(new TverskyLoss { Alpha = 0.3, Beta = 0.7 }, [9_001, 7]));
        yield return ($"nll, {type}", () => Indices<T>(new NllLoss(), [3_000, 37]));
        yield return ($"bce, {type}", () => Dense<T>(new BceLoss(), [100_003]));
        yield return ($"bce with logits, {type}", () => Dense<T>(new BceWithLogitsLoss { Weight = [1, 2, 3], PosWeight = [3] }, [33_001, 3]));
        yield return ($"focal, {type}", () => Dense<T>(new FocalLoss { Gamma = 1.5 }, [100_003]));
        yield return ($"kl div, {type}", () => Dense<T>(new KlDivLoss(), [100_003]));
        yield return ($"soft margin, {type}", () => Dense<T>(new SoftMarginLoss(), [100_003]));
        yield return ($"multi-label soft margin, {type}", () => Dense<T>(new MultiLabelSoftMarginLoss(), [3_000, 37]));
        yield return ($"mse, {type}", () => Dense<T>(new MseLoss(), [100_003]));
        yield return ($"l1, {type}", () => Dense<T>(new L1Loss(), [100_003]));
        yield return ($"huber, {type}", () => Dense<T>(new HuberLoss { Delta = 0.7 }, [100_003]));
        yield return ($"smooth l1, {type}", () => Dense<T>(new SmoothL1Loss { Beta = 0.7 }, [100_003]));
        yield return ($"metrics of 10 classes, {type}", () => State<T>(10, 5_000));
        yield return ($"metrics of 137 classes, {type}", () => State<T>(137, 300));
        yield return ($"metrics of 1100 classes, {type}", () => State<T>(1100, 30));
        yield return ($"softmax and log-softmax, {type}", () => Functions<T>([30, 37, 41]));
    }

    private static IEnumerable<(string Name, Func<byte[]> Run)> Narrow<T>(string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        yield return ($"cross-entropy, rows, {type}", () => Indices<T>(Smoothed, [3_000, 37]));
        yield return ($"cross-entropy, columns, {type}", () => Indices<T>(Smoothed, [3, 37, 237]));
        yield return ($"bce with logits, {type}", () => Dense<T>(new BceWithLogitsLoss(), [100_003]));
        yield return ($"linear cross-entropy, {type}", () => Linear<T>(new LinearCrossEntropyLoss(), 150, 40, 1_001));
    }

    private static byte[] Linear<T>(LinearCrossEntropyLoss loss, int rows, int features, int classes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(7);
        var (hidden, weight) = (Draw<T>(ref random, [rows, features], Normal), Draw<T>(ref random, [classes, features], Normal));
        var bias = Draw<T>(ref random, [classes], Normal);
        var targets = new int[rows];
        for (var i = 0; i < targets.Length; i++) targets[i] = random.Below(9) == 0 ? -100 : (int)random.Below((ulong)classes);
        T[] dx = new T[hidden.Length], dw = new T[weight.Length], db = new T[classes], losses = new T[rows];
        var result = loss.Evaluate<T, int>(hidden, weight, targets, features, bias, dx, dw, db, losses);
        return [.. Bytes<T>(dx), .. Bytes<T>(dw), .. Bytes<T>(db), .. Bytes<T>(losses), .. BitConverter.GetBytes(result.Value)];
    }

    private static byte[] Sampled<T>(SampledSoftmaxLoss loss, int rows, int features, int classes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(7);
        var (hidden, weight) = (Draw<T>(ref random, [rows, features], Normal), Draw<T>(ref random, [classes, features], Normal));
        var targets = new int[rows];
        for (var i = 0; i < targets.Length; i++) targets[i] = random.Below(9) == 0 ? -100 : (int)random.Below((ulong)classes);
        var (x, w) = (Tensor.Create<T>(hidden, [rows, features], requiresGrad: true), Tensor.Create<T>(weight, [classes, features], requiresGrad: true));
        var value = loss.Forward(x, w, Tensor.Create<int>(targets), step: 5);
        value.Backward();
        return [.. Bytes<T>(value.ToArray()), .. Bytes<T>(x.Grad!.ToArray()), .. Bytes<T>(w.Grad!.ToArray())];
    }

    private static byte[] Indices<T>(ClassIndexLoss loss, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(7);
        var logits = Draw<T>(ref random, shape, Normal);
        nint[] samples = [shape[0], .. shape[2..]];
        var targets = new int[(int)TensorPrimitives.Product<nint>(samples)];
        for (var i = 0; i < targets.Length; i++) targets[i] = random.Below(9) == 0 ? -100 : (int)random.Below((ulong)shape[1]);
        var (gradient, losses) = (new T[logits.Length], new T[targets.Length]);
        var value = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<int>(targets, samples), new TensorSpan<T>(gradient, shape),
            new TensorSpan<T>(losses, samples));
        var inPlace = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<int>(targets, samples), new TensorSpan<T>(logits, shape));
        Assert.Equal(value, inPlace);
        Assert.Equal(gradient, logits);
        return [.. Bytes<double>([value.Value, value.Sum, value.Divisor]), .. Bytes<T>(gradient), .. Bytes<T>(losses)];
    }

    private static byte[] Regions<T>(RegionLoss loss, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(7);
        var logits = Draw<T>(ref random, shape, Normal);
        nint[] samples = [shape[0], .. shape[2..]];
        var targets = new int[(int)TensorPrimitives.Product<nint>(samples)];
        for (var i = 0; i < targets.Length; i++) targets[i] = random.Below(9) == 0 ? -100 : (int)random.Below((ulong)shape[1]);
        var gradient = new T[logits.Length];
        var value = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<int>(targets, samples), new TensorSpan<T>(gradient, shape));
        var inPlace = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<int>(targets, samples), new TensorSpan<T>(logits, shape));
        Assert.Equal(value, inPlace);
        Assert.Equal(gradient, logits);
        return [.. Bytes<double>([value.Value, value.Sum, value.Divisor]), .. Bytes<T>(gradient)];
    }

    private static byte[] Dense<T>(Loss loss, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(8);
        var inputs = Draw<T>(ref random, shape, loss is BceLoss ? Uniform : Normal);
        var targets = Draw<T>(ref random, shape, Uniform);
        var (gradient, targetGradient) = (new T[inputs.Length], new T[inputs.Length]);
        var x = new ReadOnlyTensorSpan<T>(inputs, shape);
        var t = new ReadOnlyTensorSpan<T>(targets, shape);
        var g = new TensorSpan<T>(gradient, shape);
        var h = new TensorSpan<T>(targetGradient, shape);
        var value = loss is DenseLoss dense ? dense.Evaluate(x, t, g, targetGradient: h) : ((CrossEntropyLoss)loss).Evaluate(x, t, g, targetGradient: h);
        return [.. Bytes<double>([value.Value, value.Sum, value.Divisor]), .. Bytes<T>(gradient), .. Bytes<T>(targetGradient)];
    }

    private static byte[] State<T>(int classes, int rows) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(10);
        var logits = Draw<T>(ref random, [rows, classes], Normal);
        var (targets, weights) = (new int[rows], new float[rows]);
        for (var i = 0; i < rows; i++) (targets[i], weights[i]) = (random.Below(9) == 0 ? -100 : (int)random.Below((ulong)classes), random.Below(9) / 8f);
        var metrics = new ClassificationMetrics(new() { Classes = classes, Scores = ScoreKind.Logits, Replicates = 50 });
        metrics.Add<T, int>(logits, targets, weights);
        var sums = new TemperatureSums(classes);
        sums.Add<T, int>(logits, targets, weights);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) metrics.Write(json);
        return [.. stream.ToArray(), .. Encoding.UTF8.GetBytes($"{metrics.Report()} {sums.Fit().Temperature:R}")];
    }

    private static byte[] Functions<T>(nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(9);
        var x = Draw<T>(ref random, shape, Normal);
        var all = new List<byte>();
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var y = new T[x.Length];
            SpanFunctions.Softmax(new ReadOnlyTensorSpan<T>(x, shape), axis, new TensorSpan<T>(y, shape));
            all.AddRange(Bytes<T>(y));
            SpanFunctions.LogSoftmax(new ReadOnlyTensorSpan<T>(x, shape), axis, new TensorSpan<T>(y, shape));
            all.AddRange(Bytes<T>(y));
        }
        return [.. all];
    }

    private delegate double Number(ref RandomStream random);

    private static double Normal(ref RandomStream random) => 3 * random.Normal();

    private static double Uniform(ref RandomStream random) => random.Uniform();

    private static T[] Draw<T>(ref RandomStream random, nint[] shape, Number draw) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var values = new T[(int)TensorPrimitives.Product<nint>(shape)];
        for (var i = 0; i < values.Length; i++) values[i] = T.CreateTruncating((float)draw(ref random));
        Assert.True(values.Distinct().Count() > values.Length / 100, "the numbers hardly differ: nothing would be tested.");
        return values;
    }

    private static byte[] Bytes<T>(ReadOnlySpan<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();
}
