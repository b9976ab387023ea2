namespace Surprisal;

/// <summary>Whose class weight the share has that label smoothing spreads over the classes.</summary>
public enum SmoothingWeight
{
    /// <summary>Each class its own, as PyTorch does: one heavy class can then outweigh everything. The default.</summary>
    PerClass,

    /// <summary>All classes the weight of the target's class, so that a sample's weight is one number.</summary>
    PerTarget,
}
