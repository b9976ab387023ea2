namespace Surprisal;

/// <summary>A loss whose targets are numbers of the inputs' type and shape, as its spans and the tape see it.</summary>
internal interface IDenseLoss
{
    /// <summary>Whether inputs and targets may broadcast to each other.</summary>
    bool Broadcasts { get; }

    /// <summary>Refuses shapes that do not fit, in PyTorch's words and by the names of the method that was called.</summary>
    void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names);

    /// <summary>The axis of the inputs that the losses before the reduction do not have; -1 where each element has its loss.</summary>
    int ClassAxis(int rank);

    /// <summary>Value and gradients, in float or double.</summary>
    LossResult Evaluate<T>(in DenseTask<T> task) where T : unmanaged, IFloatingPointIeee754<T>;
}
