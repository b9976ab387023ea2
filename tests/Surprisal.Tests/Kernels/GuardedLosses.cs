using Surprisal.Tests.Losses;

namespace Surprisal.Tests.Kernels;

/// <summary>Every loss and span function on memory between guards: the length is that of the classes, the rows or the positions in turn.</summary>
internal static class GuardedLosses
{
    public static IEnumerable<(string Name, Action<GuardedArena, int> Run)> Of<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var (name, loss) in IndexLosses)
        {
            yield return ($"{name}, classes", (arena, n) => Indices<T>(arena, loss(n), [2, n]));
            yield return ($"{name}, unbatched", (arena, n) => Indices<T>(arena, loss(n), [n]));
            yield return ($"{name}, rows of 5", (arena, n) => Indices<T>(arena, loss(5), [n, 5]));
            yield return ($"{name}, columns of 3", (arena, n) => Indices<T>(arena, loss(3), [2, 3, n]));
            yield return ($"{name}, strided classes", (arena, n) => Indices<T>(arena, loss(n), [1, n, 3]));
        }
        foreach (var (name, loss) in DenseLosses)
        {
            yield return ($"{name}, elements", (arena, n) => Dense<T>(arena, loss(n), [n]));
            yield return ($"{name}, rows", (arena, n) => Dense<T>(arena, loss(n), [3, n]));
            yield return ($"{name}, rows of 3", (arena, n) => Dense<T>(arena, loss(3), [n, 3]));
        }
        foreach (var smoothing in new[] { 0, 0.1 })
        {
            CrossEntropyLoss Loss(int classes) => new() { LabelSmoothing = smoothing, Weight = smoothing > 0 ? Weights(classes) : null };
            yield return ($"probabilities, classes, smoothing {smoothing}", (arena, n) => Probabilities<T>(arena, Loss(n), [2, n], [2]));
            yield return ($"probabilities, rows of 5, smoothing {smoothing}", (arena, n) => Probabilities<T>(arena, Loss(5), [n, 5], [n]));
            yield return ($"probabilities, columns of 3, smoothing {smoothing}", (arena, n) => Probabilities<T>(arena, Loss(3), [2, 3, n], [2, n]));
        }
        yield return ("probabilities, bent", (arena, n) => Probabilities<T>(arena, Bent(3), [2, 3, n], [2, n]));
    }

    public static IEnumerable<(string Name, Action<GuardedArena, int> Run)> Functions<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        yield return ("functions, rows", (arena, n) => Along<T>(arena, [2, n], 1, [2]));
        yield return ("functions, columns", (arena, n) => Along<T>(arena, [2, 3, n], 1, [2, n]));
        yield return ("functions, first axis", (arena, n) => Along<T>(arena, [n, 3], 0, [3]));
        yield return ("functions, elements", Elements<T>);
        yield return ("one-hot, rows", (arena, n) => SpanFunctions.OneHot(arena.Targets<long>([n], 3, ignored: false), arena.Write<T>([n, 3])));
        yield return ("one-hot, classes",
            (arena, n) => SpanFunctions.OneHot(arena.Targets<byte>([n == 0 ? 0 : 2], n, ignored: false), arena.Write<T>([n == 0 ? 0 : 2, n])));
    }

    private static readonly (string, Func<int, ClassIndexLoss>)[] IndexLosses =
    [
        .. EveryLoss.OfIndices.Select(static (loss, i) =>
            ($"{loss.GetType().Name} {i}", (Func<int, ClassIndexLoss>)(classes => EveryLoss.Resize(loss, classes) with { IgnoreIndex = -100 }))),
        ("cross-entropy, smoothed", static _ => new CrossEntropyLoss { LabelSmoothing = 0.1, ZLoss = 0.01 }),
        ("cross-entropy, smoothed and weighted", static classes => new CrossEntropyLoss { LabelSmoothing = 0.1, Weight = Weights(classes) }),
    ];

    private static readonly (string, Func<int, DenseLoss>)[] DenseLosses =
    [
        .. EveryLoss.OfNumbers.Select(static (loss, i) => ($"{loss.GetType().Name} {i}", (Func<int, DenseLoss>)(n => EveryLoss.Resize(loss, n)))),
        ("bce with logits, one weight", static n => new BceWithLogitsLoss { Weight = [0.5], PosWeight = Elements(n) }),
        ("focal", static _ => new FocalLoss()),
    ];

    private static ClassWeights Weights(int classes) => [.. Enumerable.Range(1, classes).Select(static c => c / 16.0)];

    private static ElementWeights Elements(int n) => [.. Enumerable.Range(1, n).Select(static c => c / 16.0)];

    private static CrossEntropyLoss Bent(int classes) => new() { SoftCap = 3, Temperature = 1.5, Prior = Weights(classes) };

    /// <summary>Value alone; value, gradient and losses with sample weights; and the gradient over the logits, which must be the same.</summary>
    private static void Indices<T>(GuardedArena arena, ClassIndexLoss loss, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var classes = (int)shape[shape.Length == 1 ? 0 : 1];
        nint[] samples = shape.Length == 1 ? [1] : [shape[0], .. shape[2..]];
        var logits = arena.Read<T>(shape);
        var targets = arena.Targets<short>(samples, classes);
        arena.Answer(loss.Evaluate(logits, targets).Value);
        arena.Answer(loss.Evaluate(logits, targets, arena.Write<T>(shape), arena.Write<T>(samples), arena.Read<T>(samples, probabilities: true)).Value);
        var memory = arena.Write<T>(shape);
        logits.CopyTo(memory);
        arena.Answer(loss.Evaluate(memory, targets, memory).Value);
    }

    private static void Dense<T>(GuardedArena arena, DenseLoss loss, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var losses = EveryLoss.LossLengths(loss, shape);
        var inputs = arena.Read<T>(shape, probabilities: true);
        var targets = arena.Read<T>(shape, probabilities: true);
        arena.Answer(loss.Evaluate(inputs, targets).Value);
        arena.Answer(loss.Evaluate(inputs, targets, arena.Write<T>(shape), losses.Length == 0 ? default : arena.Write<T>(losses),
            losses.Length == 0 ? default : arena.Read<T>(losses, probabilities: true), arena.Write<T>(shape)).Value);
        var memory = arena.Write<T>(shape);
        inputs.CopyTo(memory);
        arena.Answer(loss.Evaluate(memory, targets, memory).Value);
    }

    private static void Probabilities<T>(GuardedArena arena, CrossEntropyLoss loss, nint[] shape, nint[] samples) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var logits = arena.Read<T>(shape);
        var targets = arena.Read<T>(shape, probabilities: true);
        arena.Answer(loss.Evaluate(logits, targets).Value);
        arena.Answer(loss.Evaluate(logits, targets, arena.Write<T>(shape), arena.Write<T>(samples),
            arena.Read<T>(samples, probabilities: true), arena.Write<T>(shape)).Value);
        var memory = arena.Write<T>(shape);
        logits.CopyTo(memory);
        arena.Answer(loss.Evaluate(memory, targets, memory).Value);
    }

    private static void Along<T>(GuardedArena arena, nint[] shape, int axis, nint[] reduced) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = arena.Read<T>(shape);
        var upstream = arena.Read<T>(shape);
        var y = arena.Write<T>(shape);
        SpanFunctions.Softmin(x, axis, y);
        SpanFunctions.Softmax(x, axis, y);
        SpanFunctions.SoftmaxGradient(y, upstream, axis, arena.Write<T>(shape));
        SpanFunctions.LogSoftmax(x, axis, y);
        SpanFunctions.LogSoftmaxGradient(y, upstream, axis, arena.Write<T>(shape));
        var sums = arena.Write<T>(reduced);
        SpanFunctions.LogSumExp(x, axis, sums);
        SpanFunctions.LogSumExpGradient(x, sums, arena.Read<T>(reduced), axis, arena.Write<T>(shape));
    }

    private static void Elements<T>(GuardedArena arena, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = arena.Read<T>([n]);
        var upstream = arena.Read<T>([n]);
        var y = arena.Write<T>([n]);
        SpanFunctions.Softplus(x, y);
        SpanFunctions.SoftplusGradient(x, upstream, arena.Write<T>([n]));
        SpanFunctions.LogSigmoid(x, y);
        SpanFunctions.LogSigmoidGradient(x, upstream, arena.Write<T>([n]));
        SpanFunctions.Sigmoid(x, y);
        SpanFunctions.SigmoidGradient(y, upstream, arena.Write<T>([n]));
    }
}
