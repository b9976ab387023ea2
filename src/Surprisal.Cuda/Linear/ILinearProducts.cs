namespace Surprisal.Cuda;

/// <summary>Multiplies the matrices of linear cross-entropy, in the order of the device's stream.</summary>
internal interface ILinearProducts
{
    /// <summary>The logits of a block, without bias.</summary>
    void Logits(LinearBuffers buffers, LinearBlock block);

    /// <summary>The gradient of the block's rows = that of its classes, or += that.</summary>
    void Hidden(LinearBuffers buffers, LinearBlock block, bool adds);

    /// <summary>The gradient of the block's classes = that of its rows, or += that.</summary>
    void Weight(LinearBuffers buffers, LinearBlock block, bool adds);
}
