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
            throw new ArgumentException(
                $"output with shape {TensorLengths.Text(inputs)} doesn't match the broadcast shape {TensorLengths.Text(both)}: " +
                $"{names.Target} of shape {TensorLengths.Text(targets)} would repeat {names.Input}; only {names.Target} can be repeated here.", names.Target);
    }

    /// <summary>The shape that the two broadcast to.</summary>
    public static nint[] Broadcast(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        var both = new nint[Math.Max(inputs.Length, targets.Length)];
        for (var back = 1; back <= both.Length; back++)
        {
            var (input, target) = (back <= inputs.Length ? inputs[^back] : 1, back <= targets.Length ? targets[^back] : 1);
            if (input != target && input != 1 && target != 1)
                throw new ArgumentException(
                    $"The size of tensor a ({input}) must match the size of tensor b ({target}) at non-singleton dimension {both.Length - back}: " +
                    $"{names.Target} of shape {TensorLengths.Text(targets)} cannot broadcast to {names.Input} of shape {TensorLengths.Text(inputs)}.", names.Target);
            both[^back] = input == 1 ? target : input;
        }
        return both;
    }
}
