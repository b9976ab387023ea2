using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <content>Scores without the logits. Of a loss's options its soft cap, temperature and limit of memory count, of which 64 rows of logits
/// are the least.</content>
public static partial class CudaLinearExtensions
{
    /// <summary>
    /// The log-probabilities of chosen classes of each row on a GPU, without all logits: those of a language model's next tokens, for
    /// example.
    /// </summary>
    /// <param name="loss">Of the options <see cref="LinearCrossEntropyLoss.SoftCap"/> and
    /// <see cref="LinearCrossEntropyLoss.Temperature"/> count; at least 64 rows of logits are held, whatever
    /// <see cref="LinearCrossEntropyLoss.MemoryLimit"/> is.</param>
    /// <param name="hidden">[.., features]; float, double, Half or BFloat16.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="chosen">[.., any number] or [..]: classes of any integer type, as many for each row of
    /// <paramref name="hidden"/>.</param>
    /// <param name="bias">[classes]. Null for none.</param>
    /// <param name="logProbabilities">Receives z - ln sum exp z for each chosen class, in nats; the shape of <paramref name="chosen"/>.
    /// Null for new memory.</param>
    /// <param name="products">Who multiplies: <see cref="CudaProducts.Own"/> has the CPU's bits. Default cuBLAS where it is
    /// installed.</param>
    /// <returns><paramref name="logProbabilities"/>, or the new tensor. The work may go on when it returns;
    /// <see cref="CudaTensor{T}.Cpu"/> waits.</returns>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or an output that overlaps an
    /// input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no class, with its position; nothing has been written.</exception>
    /// <exception cref="CudaException">An error of the driver or of cuBLAS, or not enough memory.</exception>
    public static CudaTensor<T> LogProbabilities<T, TChosen>(
        this LinearCrossEntropyLoss loss,
        CudaTensor<T> hidden,
        CudaTensor<T> weight,
        CudaTensor<TChosen> chosen,
        CudaTensor<T>? bias = null,
        CudaTensor<T>? logProbabilities = null,
        CudaProducts products = CudaProducts.Automatic)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TChosen : unmanaged, IBinaryInteger<TChosen>
    {
        var layer = new LinearScored<T>(hidden, weight) { Bias = bias };
        var (sizes, rows) = (layer.CheckLayer(), LinearSizes.RowsOf(hidden.Shape));
        TargetType.Of<TChosen>(nameof(chosen));
        if (chosen.Shape != rows && (chosen.Shape.Rank != hidden.Shape.Rank || LinearSizes.RowsOf(chosen.Shape) != rows))
            throw new ArgumentException($"chosen has shape {chosen.Shape}, but hidden of shape {hidden.Shape} needs {rows} or as many " +
                "classes for each of its rows.", nameof(chosen));
        LinearSizes.CheckLength(chosen.Shape, nameof(chosen));
        if (!ReferenceEquals(chosen.Device, hidden.Device))
            throw new ArgumentException("chosen is on another GPU than the hidden states.", nameof(chosen));
        layer.CheckOutput(logProbabilities, nameof(logProbabilities), chosen.Shape, nameof(chosen));
        CudaArguments.CheckApart(logProbabilities, nameof(logProbabilities), chosen, nameof(chosen), maySame: false);
        var scoring = new LinearScoring<T>(loss, layer, sizes, ILinearProducts.Of(hidden.Device, products));
        Begin(layer, chosen, logProbabilities);
        if (chosen.Shape.ElementCount == 0) return logProbabilities ?? CudaTensor<T>.New(hidden.Device, chosen.Shape, []);
        using var memory = new DeviceScratch(hidden.Device);
        var (classes, many) = (CheckChosen(memory, chosen, sizes.Classes), (int)(chosen.Shape.ElementCount / sizes.Rows));
        logProbabilities ??= CudaTensor<T>.New(hidden.Device, chosen.Shape, []);
        scoring.Run(logSumExp: 0, (tiles, block) => tiles.Choose(block, classes, many, logProbabilities.Address));
        return logProbabilities;
    }

    /// <summary>ln sum exp over the classes of each row on a GPU, in nats, without all logits.</summary>
    /// <param name="loss">As in <see cref="LogProbabilities"/>.</param>
    /// <param name="hidden">[.., features]; float, double, Half or BFloat16.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="bias">[classes]. Null for none.</param>
    /// <param name="result">Receives one number a row; the leading dimensions of <paramref name="hidden"/>. Null for new memory.</param>
    /// <param name="products">Who multiplies: <see cref="CudaProducts.Own"/> has the CPU's bits. Default cuBLAS where it is
    /// installed.</param>
    /// <returns><paramref name="result"/>, or the new tensor. The work may go on when it returns; <see cref="CudaTensor{T}.Cpu"/>
    /// waits.</returns>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or an output that overlaps an
    /// input.</exception>
    /// <exception cref="CudaException">An error of the driver or of cuBLAS, or not enough memory.</exception>
    public static CudaTensor<T> LogSumExp<T>(
        this LinearCrossEntropyLoss loss,
        CudaTensor<T> hidden,
        CudaTensor<T> weight,
        CudaTensor<T>? bias = null,
        CudaTensor<T>? result = null,
        CudaProducts products = CudaProducts.Automatic)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var layer = new LinearScored<T>(hidden, weight) { Bias = bias };
        var (sizes, rows) = (layer.CheckLayer(), LinearSizes.RowsOf(hidden.Shape));
        layer.CheckOutput(result, nameof(result), rows, "the rows of hidden");
        var scoring = new LinearScoring<T>(loss, layer, sizes, ILinearProducts.Of(hidden.Device, products));
        Begin(layer, result, result);
        result ??= CudaTensor<T>.New(hidden.Device, rows, []);
        scoring.Run(result.Address, ask: null);
        return result;
    }

    /// <summary>The most probable classes of each row and their log-probabilities on a GPU, without all logits.</summary>
    /// <param name="loss">As in <see cref="LogProbabilities"/>.</param>
    /// <param name="hidden">[.., features]; float, double, Half or BFloat16.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="count">How many; 1 .. classes. They are taken one after the other: meant for some, not for all classes.</param>
    /// <param name="bias">[classes]. Null for none.</param>
    /// <param name="classesFound">Receives [.., count] classes, by falling logit, of equal ones the first first. Null for new
    /// memory.</param>
    /// <param name="logProbabilities">Receives their log-probabilities in nats. Null for new memory.</param>
    /// <param name="products">Who multiplies: <see cref="CudaProducts.Own"/> has the CPU's bits. Default cuBLAS where it is
    /// installed.</param>
    /// <remarks>A row with a NaN or infinite logit has NaN, for the classes 0 .. count - 1.</remarks>
    /// <returns>Both outputs, given or new. The work may go on when it returns; <see cref="CudaTensor{T}.Cpu"/> waits.</returns>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or an output that overlaps an input or the
    /// other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count that is not in 1 .. classes.</exception>
    /// <exception cref="CudaException">An error of the driver or of cuBLAS, or not enough memory.</exception>
    public static (CudaTensor<int> Classes, CudaTensor<T> LogProbabilities) TopK<T>(
        this LinearCrossEntropyLoss loss,
        CudaTensor<T> hidden,
        CudaTensor<T> weight,
        int count,
        CudaTensor<T>? bias = null,
        CudaTensor<int>? classesFound = null,
        CudaTensor<T>? logProbabilities = null,
        CudaProducts products = CudaProducts.Automatic)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var layer = new LinearScored<T>(hidden, weight) { Bias = bias };
        var sizes = layer.CheckLayer();
        if (count < 1 || count > sizes.Classes)
            throw new ArgumentOutOfRangeException(nameof(count),
                $"count is {count}; it is 1..{sizes.Classes}, the classes that there are.");
        var shape = TensorShape.Create([.. hidden.Shape.AsSpan()[..^1], count]);
        LinearSizes.CheckLength(shape, nameof(logProbabilities));
        layer.CheckOutput(classesFound, nameof(classesFound), shape, "count for each row");
        layer.CheckOutput(logProbabilities, nameof(logProbabilities), shape, "count for each row");
        if (classesFound is not null)
            CudaArguments.CheckApart(logProbabilities, nameof(logProbabilities), classesFound, nameof(classesFound), maySame: false);
        var scoring = new LinearScoring<T>(loss, layer, sizes, ILinearProducts.Of(hidden.Device, products));
        Begin(layer, classesFound, logProbabilities);
        var (classes, scores) = (classesFound ?? CudaTensor<int>.New(hidden.Device, shape, []),
            logProbabilities ?? CudaTensor<T>.New(hidden.Device, shape, []));
        scoring.Run(logSumExp: 0, (tiles, block) => tiles.Top(block, count, classes.Address, scores.Address));
        return (classes, scores);
    }

    private static void Begin<T, TOther>(LinearLayer<T> layer, CudaTensor<TOther>? other, CudaTensor<T>? output)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOther : unmanaged, INumber<TOther>
    {
        layer.Begin();
        other?.Begin();
        output?.Begin();
    }

    /// <summary>Waits for a check of chosen classes; returns where they are as ints.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no class, as the library words it.</exception>
    private static ulong CheckChosen<TChosen>(DeviceScratch memory, CudaTensor<TChosen> chosen, int classes)
        where TChosen : unmanaged, IBinaryInteger<TChosen>
    {
        var (device, count) = (chosen.Device, (int)chosen.Shape.ElementCount);
        var (state, to) = (memory.Of(EvaluationState.Size), memory.Of(4L * count));
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        TargetKernels.Check<TChosen>(device, chosen.Address, count, classes, ignored: long.MinValue, to, state);
        if (ClassEvaluation.Read(device, state) is { FirstBad: ulong.MaxValue } found && found.Count == (ulong)count) return to;
        var values = new TChosen[count]; // one that is "ignored" is no class either
        device.Read(chosen.Address, MemoryMarshal.AsBytes(values.AsSpan()));
        var at = Array.FindIndex(values, value => (ulong)long.CreateSaturating(value) >= (ulong)classes);
        throw new ArgumentOutOfRangeException(nameof(chosen),
            $"chosen[{CudaShape.Position(at, chosen.Shape)}] = {values[at]} is out of bounds: classes are 0..{classes - 1}.");
    }
}
