using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>Numbers in a shape in the memory of a GPU, dense and row-major: our own memory, or that of another library.</summary>
/// <typeparam name="T">float, double, Half or BFloat16 for logits, an integer for targets.</typeparam>
/// <remarks>
/// Losses take it in <see cref="CudaExtensions"/>. Memory of our own is given back by <see cref="Dispose"/>, or by the garbage collector,
/// which does not know how large it is. One thread at a time.
/// </remarks>
public sealed class CudaTensor<T> : IDisposable where T : unmanaged, INumber<T>
{
    private readonly nint stream;
    private readonly bool isOurs;
    private readonly object? owner;
    private ulong pointer;

    private CudaTensor(ICudaDevice device, ulong pointer, TensorShape shape, nint stream, bool isOurs, object? owner)
    {
        (Device, this.pointer, Shape, this.stream, this.isOurs, this.owner) = (device, pointer, shape, stream, isOurs, owner);
        if (!isOurs) GC.SuppressFinalize(this);
    }

    /// <summary>Gives memory of our own back.</summary>
    ~CudaTensor()
    {
        if (isOurs && pointer != 0) Device.Free(pointer);
    }

    /// <summary>The size of each dimension.</summary>
    public TensorShape Shape { get; }

    /// <summary>The address of the first element, for other libraries; valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The memory has been given back.</exception>
    public ulong Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(pointer == 0, this);
            return pointer;
        }
    }

    internal ICudaDevice Device { get; }

    /// <summary>Memory of another library, such as TorchSharp or ONNX Runtime, which stays its own.</summary>
    /// <param name="pointer">The address of the first element, in the memory of GPU <paramref name="device"/>.</param>
    /// <param name="shape">The sizes; the elements are dense and row-major.</param>
    /// <param name="stream">Where the other library works: our work begins after what that stream was given before. Default 0, the stream
    /// that
    /// libtorch uses.</param>
    /// <param name="owner">Is kept alive as long as this tensor is; null for nothing.</param>
    /// <param name="device">The number of the GPU. Default 0.</param>
    /// <exception cref="ArgumentException">No device memory, or an address that is no multiple of the element's size.</exception>
    /// <exception cref="CudaException">No driver, or no such GPU.</exception>
    public static CudaTensor<T> From(ulong pointer, TensorShape shape, nint stream = 0, object? owner = null, int device = 0)
    {
        if (pointer % (ulong)Marshal.SizeOf<T>() != 0)
            throw new ArgumentException($"pointer is {pointer:X}; an address of {typeof(T).Name} is a multiple of {Marshal.SizeOf<T>()}.",
                nameof(pointer));
        var driver = CudaDevices.Get(device);
        if (shape.ElementCount > 0)
        {
            driver.CheckPointer(pointer, nameof(pointer));
            driver.CheckPointer(pointer + (ulong)shape.ElementCount * (ulong)Marshal.SizeOf<T>() - 1, nameof(pointer));
        }
        return new(driver, pointer, shape, stream, isOurs: false, owner);
    }

    /// <summary>A copy in the memory of the host.</summary>
    public Tensor<T> Cpu()
    {
        Begin();
        var values = new T[Shape.ElementCount];
        Device.Read(Pointer, MemoryMarshal.AsBytes(values.AsSpan()));
        return Tensor.Wrap<T>(values, Shape);
    }

    /// <summary>Gives memory of our own back, and forgets that of others.</summary>
    public void Dispose()
    {
        var given = pointer;
        pointer = 0;
        if (isOurs && given != 0) Device.Free(given);
        GC.SuppressFinalize(this);
    }

    /// <summary>Memory of our own, with these values or with none.</summary>
    internal static CudaTensor<T> New(ICudaDevice device, TensorShape shape, ReadOnlySpan<T> values)
    {
        var bytes = (long)shape.ElementCount * Marshal.SizeOf<T>();
        var tensor = new CudaTensor<T>(device, device.Allocate(bytes), shape, 0, isOurs: true, null);
        try
        {
            device.Write(tensor.pointer, MemoryMarshal.AsBytes(values));
            return tensor;
        }
        catch (CudaException)
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Lets our stream wait for the one that others work in.</summary>
    internal void Begin()
    {
        ObjectDisposedException.ThrowIf(pointer == 0, this);
        if (!isOurs) Device.WaitFor(stream);
        GC.KeepAlive(owner);
    }
}
