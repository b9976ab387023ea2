namespace Surprisal.Cuda;

/// <summary>A linear layer of which scores are asked.</summary>
internal sealed record LinearScored<T>(CudaTensor<T> Hidden, CudaTensor<T> Weight) : LinearLayer<T>(Hidden, Weight)
    where T : unmanaged, IFloatingPointIeee754<T>;
