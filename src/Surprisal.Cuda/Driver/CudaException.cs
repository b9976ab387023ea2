namespace Surprisal.Cuda;

/// <summary>An error of the NVIDIA driver, or of cuBLAS: which call, the error's number, name and text.</summary>
public sealed class CudaException : Exception
{
    internal CudaException(string message, int code, string name) : base(message) => (Code, Name) = (code, name);

    /// <summary>The number of the error, a CUresult, or of cuBLAS a status; 0 where there is no library that could say one.</summary>
    public int Code { get; }

    /// <summary>The name of the error, such as CUDA_ERROR_OUT_OF_MEMORY; empty where there is no library.</summary>
    public string Name { get; }
}
