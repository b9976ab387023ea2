namespace Surprisal.Cuda;

/// <summary>
/// Targets of any integer type before anything is written: the first that is no class, how many count, and the classes as int, -1 for an
/// ignored one.
/// </summary>
internal static class TargetKernels
{
    public const int Threads = 256;

    /// <summary>Writes the state that an evaluation begins with, so that nothing has to be copied and waited for.</summary>
    public const string Begin = "begin";

    public static PtxModule Module { get; } = new("targets",
        [.. TargetType.All.Select(static type => new PtxKernel(CheckName(type), Threads, 4, writer => WriteCheck(writer, type))),
            new(Begin, 32, 1, WriteBegin)]);

    /// <summary>Starts the check of targets of any integer type.</summary>
    public static void Check<TTarget>(
        ICudaDevice device, ulong targets, int positions, int classes, long ignored, ulong to, ulong state) where TTarget : unmanaged
    {
        var grid = Math.Min(Pieces.Of(positions, Threads), 8 * device.Processors);
        device.Launch(Module, CheckName(TargetType.Of<TTarget>()), grid, 0, targets, (ulong)positions, (ulong)classes, ignored, to, state);
    }

    private static string CheckName(TargetType type) => $"check_{type.Name}";

    private static void WriteBegin(PtxWriter writer)
    {
        var state = writer.Address("state");
        var i = writer.Thread();
        writer.ReturnIf(i >= EvaluationState.Size / 8);
        Predicate Is(string field) => Whole<U32>.Equal(i, EvaluationState.Offset(field) / 8);
        var isLeast = Is(nameof(EvaluationState.FirstBad)) | Is(nameof(EvaluationState.LowestBit)) | Is(nameof(EvaluationState.Headroom));
        writer.Store(writer.At(state, i, 8), Whole<U64>.Select(isLeast, -1, new Whole<U64>(writer, "0")));
    }

    /// <summary>Each thread takes every so-manieth target; a warp adds up its counts before memory is asked.</summary>
    private static void WriteCheck(PtxWriter writer, TargetType type)
    {
        var targets = writer.Address("targets");
        var count = writer.Parameter<U64>("count");
        var classes = writer.Parameter<U64>("classes");
        var ignored = writer.Parameter<S64>("ignored");
        var checkedClasses = writer.Address("checked");
        var state = writer.Address("state");
        var thread = writer.Thread();
        var first = writer.Convert<U32, U64>(writer.Block() * Threads + thread);
        var step = writer.Convert<U32, U64>(writer.Blocks() * Threads);
        var counted = writer.Variable<U32>(0);
        writer.For(first, count, step, i =>
        {
            var target = type.Read(writer, writer.At(targets, i, type.Size));
            var isIgnored = type.IsIgnored(target, ignored);
            var isClass = writer.Convert<S64, U64>(target) < classes;
            var narrow = writer.Convert<S64, S32>(target);
            writer.Store(writer.At(checkedClasses, i, 4), Whole<S32>.Select(isIgnored, -1, narrow));
            writer.Set(counted, counted + Whole<U32>.Select(isIgnored, 0, new Whole<U32>(writer, "1")));
            writer.If(!(isIgnored | isClass), () => writer.Atomic("min", state, i,
                EvaluationState.Offset(nameof(EvaluationState.FirstBad))));
        });
        var sum = counted;
        for (var lane = 16; lane > 0; lane /= 2) sum += writer.Across(sum, lane);
        writer.If(Whole<U32>.Equal(thread & 31, 0), () =>
            writer.Atomic("add", state, writer.Convert<U32, U64>(sum), EvaluationState.Offset(nameof(EvaluationState.Count))));
    }
}
