namespace Surprisal.Cuda;

/// <summary>Who multiplies the matrices of <see cref="LinearCrossEntropyLoss"/> on a GPU.</summary>
public enum CudaProducts
{
    /// <summary>cuBLAS where it can be loaded, else our own kernels.</summary>
    Automatic,

    /// <summary>Our own kernels, whose sums have the CPU's order: the CPU's bits.</summary>
    Own,

    /// <summary>
    /// cuBLAS, which is faster: the same bits in each run on one card and version, but not the CPU's. 16-bit gradients of logits are
    /// rounded before they are multiplied.
    /// </summary>
    Blas,

    /// <summary>cuBLAS, which may round the factors of products of floats to 10 binary digits (TF32): faster again, about 1e-3
    /// off.</summary>
    BlasWithTf32,
}
