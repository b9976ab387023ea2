namespace Surprisal.Cuda;

/// <summary>An error of the NVIDIA driver: which call, the error's number, name and text.</summary>
public sealed class CudaException : Exception
{
    internal CudaException(string message, int code, string name) : base(message) => (Code, Name) = (code, name);

    /// <summary>The driver's number of the error, a CUresult; 0 where there is no driver that could say one.</summary>
    public int Code { get; }

    /// <summary>The driver's name of the error, such as CUDA_ERROR_OUT_OF_MEMORY; empty without a driver.</summary>
    public string Name { get; }
}
