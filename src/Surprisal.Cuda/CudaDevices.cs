using System.Collections.Concurrent;

namespace Surprisal.Cuda;

/// <summary>The cards of this machine, each opened when it is asked for first and kept until the process ends, as its context is.</summary>
internal static class CudaDevices
{
    private static readonly Lazy<CudaLibrary> library = new(CudaLibrary.Load,
        LazyThreadSafetyMode.PublicationOnly); // an error is told again
    private static readonly ConcurrentDictionary<int, Lazy<CudaDriver>> drivers = new();

    /// <exception cref="CudaException">No driver, no such card, or one that is too old.</exception>
    public static CudaDriver Get(int device) =>
        drivers.GetOrAdd(device, static number => new(() => new CudaDriver(library.Value, number),
            LazyThreadSafetyMode.PublicationOnly)).Value;
}
