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
    private readonly object? owner;
    private readonly CudaMemory? memory; // of our own
    private ulong address;

    private CudaTensor(ICudaDevice device, ulong address, TensorShape shape, nint stream, object? owner)
    {
        (Device, this.address, Shape, this.stream, this.owner) = (device, address, shape, stream, owner);
    }

    private CudaTensor(ICudaDevice device, CudaMemory memory, TensorShape shape) : this(device, memory.Start, shape, 0, null) =>
        this.memory = memory;

    /// <summary>The size of each dimension.</summary>
    public TensorShape Shape { get; }

    /// <summary>Where the first element is in the GPU's memory, for other libraries; valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The memory has been given back.</exception>
    public ulong Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(address == 0, this);
            return address;
        }
    }

    /// <summary>
    /// Whether <see cref="CudaLoss{T}.Backward"/> of a loss of these logits leaves a gradient in <see cref="Grad"/>. Default false.
    /// </summary>
    public bool RequiresGrad { get; set; }

    /// <summary>
    /// The sum of the gradients that have arrived, in GPU memory of its own; null before the first. Reading it waits for the losses that it
    /// came from, and throws what they throw.
    /// </summary>
    public CudaTensor<T>? Grad { get; private set; }

    internal ICudaDevice Device { get; }

    internal bool IsDisposed => address == 0;

    /// <summary>Checks what the numbers came from, before they are read for the first time.</summary>
    private Action? check;

    /// <summary>Memory of another library, such as TorchSharp or ONNX Runtime, which stays its own.</summary>
    /// <param name="address">Where the first element is in the memory of GPU <paramref name="device"/>.</param>
    /// <param name="shape">The sizes; the elements are dense and row-major.</param>
    /// <param name="stream">Where the other library works: our work begins after what that stream was given before. Default 0, the stream
    /// that
    /// libtorch uses.</param>
    /// <param name="owner">Is kept alive as long as this tensor is; null for nothing.</param>
    /// <param name="device">The number of the GPU. Default 0.</param>
    /// <exception cref="ArgumentException">No device memory, or an address that is no multiple of the element's size.</exception>
    /// <exception cref="CudaException">No driver, or no such GPU.</exception>
    public static CudaTensor<T> From(ulong address, TensorShape shape, nint stream = 0, object? owner = null, int device = 0)
    {
        if (address % (ulong)Marshal.SizeOf<T>() != 0)
            throw new ArgumentException($"address is {address:X}; an address of {typeof(T).Name} is a multiple of {Marshal.SizeOf<T>()}.",
                nameof(address));
        var driver = CudaDevices.Get(device);
        if (shape.ElementCount > 0)
        {
            driver.CheckPointer(address, nameof(address));
            driver.CheckPointer(address + (ulong)shape.ElementCount * (ulong)Marshal.SizeOf<T>() - 1, nameof(address));
        }
        return new(driver, address, shape, stream, owner);
    }

    /// <summary>A copy in the memory of the host.</summary>
    public Tensor<T> Cpu()
    {
        Begin();
        check?.Invoke();
        check = null; // what has been told once is not asked again
        var values = new T[Shape.ElementCount];
        Device.Read(Address, MemoryMarshal.AsBytes(values.AsSpan()));
        return Tensor.Wrap<T>(values, Shape);
    }

    /// <summary>Gives the gradient's memory back, so that the next one begins at nothing.</summary>
    public void ZeroGrad()
    {
        Grad?.Dispose();
        Grad = null;
    }

    /// <summary>Gives memory of our own back, that of the gradient too, and forgets that of others.</summary>
    public void Dispose()
    {
        ZeroGrad();
        address = 0;
        memory?.Dispose();
    }

    /// <summary>Memory of our own, with these values or with none.</summary>
    internal static CudaTensor<T> New(ICudaDevice device, TensorShape shape, ReadOnlySpan<T> values)
    {
        var memory = new CudaMemory(device, (long)shape.ElementCount * Marshal.SizeOf<T>());
        try
        {
            device.Write(memory.Start, MemoryMarshal.AsBytes(values));
            return new(device, memory, shape);
        }
        catch (CudaException)
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Adds a gradient of our own, times a factor, which becomes the sum where there is none; nothing waits.</summary>
    /// <param name="gradient">Belongs to this tensor from now on.</param>
    /// <param name="factor">The upstream gradient.</param>
    /// <param name="state">Of the loss that it came from, which may say that it was not written; 0 where it is known to be.</param>
    /// <param name="known">Throws where it was not written.</param>
    internal void Accumulate(CudaTensor<T> gradient, double factor, ulong state, Action known)
    {
        var (sum, isFirst) = (Grad ?? gradient, Grad is null);
        if (!isFirst || factor != 1)
            GradientKernels.Run(Device, ElementType.Of<T>(), gradient.Address, sum.Address, Shape.ElementCount, factor, !isFirst, state);
        Grad = sum;
        sum.check += known;
        if (!isFirst) gradient.Dispose();
    }

    /// <summary>Lets our stream wait for the one that others work in.</summary>
    internal void Begin()
    {
        ObjectDisposedException.ThrowIf(address == 0, this);
        if (memory is null) Device.WaitFor(stream);
        GC.KeepAlive(owner);
    }
}
