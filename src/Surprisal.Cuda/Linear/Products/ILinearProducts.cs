namespace Surprisal.Cuda;

/// <summary>Multiplies the matrices of linear cross-entropy, in the order of the device's stream.</summary>
internal interface ILinearProducts
{
    /// <summary>
    /// Whether they are our own kernels, which ask the state before they write, and read gradients of logits in what is computed in.
    /// </summary>
    bool AreOwn { get; }

    /// <summary>What was asked for.</summary>
    /// <exception cref="CudaException">cuBLAS is asked for, but not there.</exception>
    static ILinearProducts Of(ICudaDevice device, CudaProducts products)
    {
        var blas = products == CudaProducts.Own ? null : device.FindBlas(isRequired: products != CudaProducts.Automatic);
        return blas is null ? new OwnProducts(device) : new BlasProducts(blas, products == CudaProducts.BlasWithTf32);
    }

    /// <summary>The logits of a block, without bias.</summary>
    void Logits(LinearBuffers buffers, LinearBlock block);

    /// <summary>The gradient of the block's rows = that of its classes, or += that.</summary>
    void Hidden(LinearBuffers buffers, LinearBlock block, bool adds);

    /// <summary>The gradient of the block's classes = that of its rows, or += that.</summary>
    void Weight(LinearBuffers buffers, LinearBlock block, bool adds);
}
