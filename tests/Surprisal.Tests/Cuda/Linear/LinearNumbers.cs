using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>Random operands of linear cross-entropy, and what the library and a device make of them.</summary>
internal sealed class LinearNumbers<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public LinearNumbers(Random random, int rows, int features, int classes)
    {
        (Rows, Features, Classes) = (rows, features, classes);
        var wide = 4 / Math.Sqrt(features);
        Hidden = Random(rows * features, 2);
        Weight = Random(classes * features, wide);
        Bias = Random(classes, 3);
        Targets = [.. Enumerable.Range(0, rows).Select(_ => (long)random.Next(classes))];
        Probabilities = [.. Enumerable.Range(0, rows * classes).Select(_ => T.CreateTruncating(random.Next(4) > 0 ? 0 : random.NextDouble() - 0.1))];
        SampleWeights = [.. Enumerable.Range(0, rows).Select(_ => T.CreateTruncating(random.Next(5) == 0 ? 0 : random.NextDouble() * 3 - 0.5))];

        T[] Random(int length, double size) => [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating((2 * random.NextDouble() - 1) * size))];
    }

    /// <summary>What was made of them.</summary>
    internal sealed record Made(LossResult Result, T[] Losses, T[] Hidden, T[] Weight, T[] Bias);

    public int Rows { get; }

    public int Features { get; }

    public int Classes { get; }

    public T[] Hidden { get; }

    public T[] Weight { get; }

    public T[] Bias { get; }

    public long[] Targets { get; }

    public T[] SampleWeights { get; }

    /// <summary>Of rows and classes: mostly 0, some negative; no rows add up to 1.</summary>
    public T[] Probabilities { get; }

    public bool HasBias { get; init; } = true;

    public bool HasSampleWeights { get; init; }

    /// <summary>Whether targets are the probabilities.</summary>
    public bool HasProbabilities { get; init; }

    public Made OnCpu<TTarget>(LinearCrossEntropyLoss loss) where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var made = new Made(default, new T[Rows], new T[Hidden.Length], new T[Weight.Length], new T[Classes]);
        T[]? bias = HasBias ? Bias : null, sampleWeights = HasSampleWeights ? SampleWeights : null;
        return made with
        {
            Result = HasProbabilities
                ? loss.Evaluate<T>(Hidden, Weight, Probabilities, Features, bias, made.Hidden, made.Weight, made.Bias, made.Losses, sampleWeights)
                : loss.Evaluate<T, TTarget>(
                    Hidden, Weight, TargetsAs<TTarget>(), Features, bias, made.Hidden, made.Weight, made.Bias, made.Losses, sampleWeights),
        };
    }

    public Made OnDevice<TTarget>(LinearCrossEntropyLoss loss, ICudaDevice device, CudaProducts products) where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        using var x = CudaTensor<T>.New(device, new[] { Rows, Features }, Hidden);
        using var w = CudaTensor<T>.New(device, new[] { Classes, Features }, Weight);
        using var t = CudaTensor<TTarget>.New(device, new[] { Rows }, TargetsAs<TTarget>());
        using var p = CudaTensor<T>.New(device, new[] { Rows, Classes }, Probabilities);
        using var b = HasBias ? CudaTensor<T>.New(device, new[] { Classes }, Bias) : null;
        using var s = HasSampleWeights ? CudaTensor<T>.New(device, new[] { Rows }, SampleWeights) : null;
        using var dx = CudaTensor<T>.New(device, x.Shape, []);
        using var dw = CudaTensor<T>.New(device, w.Shape, []);
        using var db = CudaTensor<T>.New(device, new[] { Classes }, []);
        using var losses = CudaTensor<T>.New(device, t.Shape, []);
        var result = HasProbabilities
            ? loss.Evaluate(x, w, p, b, dx, dw, db, losses, s, products)
            : loss.Evaluate(x, w, t, b, dx, dw, db, losses, s, products);
        return new(result, losses.Cpu().ToArray(), dx.Cpu().ToArray(), dw.Cpu().ToArray(), db.Cpu().ToArray());
    }

    /// <summary>Compares value, losses and all gradients of our own kernels with the library's, bit for bit; all memory is given back.</summary>
    public void Compare<TTarget>(LinearCrossEntropyLoss loss, PtxDevice device) where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var (expected, actual) = (OnCpu<TTarget>(loss), OnDevice<TTarget>(loss, device, CudaProducts.Own));
        var what = $"{loss} of {typeof(T).Name} [{Rows}, {Features}] x [{Classes}]";
        AssertBits.Equal(expected.Result.Sum, actual.Result.Sum, what + " sum");
        AssertBits.Equal(expected.Result.Value, actual.Result.Value, what + " value");
        AssertBits.Equal(expected.Result.Divisor, actual.Result.Divisor, what + " divisor");
        AssertBits.Equal<T>(expected.Losses, actual.Losses, what + " losses");
        AssertBits.Equal<T>(expected.Bias, actual.Bias, what + " gradient of the bias");
        AssertBits.Equal<T>(expected.Weight, actual.Weight, what + " gradient of the weight");
        AssertBits.Equal<T>(expected.Hidden, actual.Hidden, what + " gradient of the hidden states");
        Assert.Equal(0, device.Memory.Allocations);
    }

    private TTarget[] TargetsAs<TTarget>() where TTarget : unmanaged, IBinaryInteger<TTarget> => [.. Targets.Select(TTarget.CreateTruncating)];
}
