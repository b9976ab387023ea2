namespace Surprisal.Cuda;

/// <summary>Products of matrices that lie by columns, as BLAS has them, in the order of a device's stream.</summary>
internal interface IBlas
{
    /// <summary>C = alpha op(A) op(B), or alpha op(A) op(B) + C.</summary>
    void Multiply(in BlasProduct product);
}
