namespace Surprisal;

/// <summary>The shape of targets that may broadcast to the inputs, where the inputs may not broadcast to them.</summary>
internal static class DenseTargetShape
{
    /// <summary>Refuses what does not broadcast at all, and what would repeat the inputs, each in PyTorch's words.</summary>
    public static void Check(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        if (targets.SequenceEqual(inputs)) return;
        var both = Broadcast(inputs, targets, names);
        if (!inputs.SequenceEqual(both))
            throw BroadcastShape.OutputMismatch<nint>(inputs, both,
                $": {names.Target} of shape {Shape.Format(targets)} would repeat {names.Input}; only {names.Target} can be repeated here.",
                names.Target);
    }

    /// <summary>The shape that the two broadcast to.</summary>
    public static nint[] Broadcast(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        var both = BroadcastShape.Combine(inputs, targets, out var misfit);
        return misfit == 0 ? both : throw BroadcastShape.SizeMismatch(inputs, targets, misfit,
            $"{names.Target} of shape {Shape.Format(targets)} cannot broadcast to {names.Input} of shape {Shape.Format(inputs)}.",
            names.Target);
    }
}
