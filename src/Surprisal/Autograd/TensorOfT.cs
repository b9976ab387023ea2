using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Numbers in a shape, over dense row-major memory, with an optional gradient and the operation that made it.</summary>
/// <typeparam name="T">The element. Half and BFloat16 tensors compute in float and round once, but have no convolution and no pooling;
/// integer ones hold indices and masks.</typeparam>
/// <remarks>
/// Always contiguous: <c>Reshape</c> and row slices share memory, <c>Transpose</c> copies. Ordinary garbage-collected memory; nothing to
/// dispose. The operations are extension methods in <see cref="TensorExtensions"/>.
/// </remarks>
public sealed partial class Tensor<T> : Tensor where T : unmanaged, INumber<T>
{
    private readonly Memory<T> memory;
    private bool isGradSeen;
    private GradientFunction? accumulator; // of a leaf, kept with its hooks while no gradient is wanted

    internal Tensor(Memory<T> memory, TensorShape shape, Storage? storage = null)
        : base(shape, storage ?? new Storage())
    {
        typeof(T).CheckHeldByTensors();
        this.memory = memory;
    }

    /// <summary>The gradient that Backward has accumulated here; null before the first, and after <see cref="ZeroGrad"/>.</summary>
    /// <exception cref="ArgumentException">Set to a tensor of another shape.</exception>
    public Tensor<T>? Grad
    {
        get
        {
            isGradSeen = true;
            return Gradient;
        }
        set
        {
            if (value is not null && value.Shape != Shape)
                throw new ArgumentException("assigned grad has data of a different size: " +
                    $"its shape is {value.Shape}, the tensor's {Shape}.", nameof(value));
            if (ReferenceEquals(value, Gradient)) return;
            if (!isGradSeen) Gradient?.ReturnToPool();
            (Gradient, isGradSeen) = (value?.Keep(), value is not null);
        }
    }

    /// <summary>
    /// The gradient, for readers that do not keep it: while nobody has asked for <see cref="Grad"/>, its memory is the tape's to reuse.
    /// </summary>
    internal Tensor<T>? Gradient { get; private set; }

    internal Span<T> Span => Memory.Span;

    /// <summary>A copy of the elements in row-major order.</summary>
    public T[] ToArray() => Memory.ToArray();

    /// <summary>The only element of a tensor that has one.</summary>
    /// <exception cref="InvalidOperationException">There are none or several.</exception>
    public T Item() => Length == 1
        ? Span[0]
        : throw new InvalidOperationException(
            $"Item() needs exactly one element, but the shape {Shape} has {Length}.");

    /// <summary>A tensor over the same memory without a history: gradients stop here.</summary>
    public Tensor<T> Detach() => new(memory, Shape, Storage);

    /// <summary>Forgets the gradient, so that the next Backward starts from nothing.</summary>
    public void ZeroGrad() => Grad = null;

    /// <summary>
    /// Asks Backward to keep the gradient of this result of an operation, which it otherwise drops: as it is after all hooks.
    /// </summary>
    public void RetainGrad()
    {
        if (GradFn is { } node) node.Retained = this;
        else if (!RequiresGrad) throw new InvalidOperationException("can't retain_grad on Tensor that has requires_grad=False");
    }

    /// <summary>Adds to every leaf's <see cref="Grad"/> the derivative of this tensor with respect to it.</summary>
    /// <param name="gradient">The derivative of the final value with respect to this tensor, of this shape; 1 by default, for a single
    /// number.</param>
    /// <param name="retainGraph">Whether another Backward is to go through the same operations, for this value or for one that shares some
    /// of them; it adds its gradients. Default false: the operations let go of the tensors that they saved.</param>
    /// <exception cref="InvalidOperationException">Nothing to differentiate, several elements and no gradient, a Backward that did not
    /// retain the graph went through a part of it before, or a saved value was overwritten.</exception>
    /// <remarks>
    /// Tensors stay readable, results in the middle too. Where a hook or a function of your own throws, some leaves have their gradients
    /// and others do not, and the graph is gone unless it was retained: forget the gradients and compute again.
    /// </remarks>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([1, 2, 3], requiresGrad: true);
    /// (x * x).Sum().Backward();
    /// Console.WriteLine(x.Grad);                  // tensor([2., 4., 6.])
    /// (x * x).Backward(Tensor.Create&lt;float>([1, 0, 0]));
    /// Console.WriteLine(x.Grad);                  // tensor([4., 4., 6.])
    /// </code></example>
    public void Backward(Tensor<T>? gradient = null, bool retainGraph = false)
    {
        if (!RequiresGrad) throw new InvalidOperationException("element 0 of tensors does not require grad and does not have a grad_fn");
        if (gradient is null)
        {
            gradient = Length == 1 ? Full(Shape, T.One) : throw IsNotScalar();
        }
        else if (gradient.Shape != Shape)
        {
            throw new ArgumentException($"gradient has shape {gradient.Shape}, " +
                $"but the tensor has {Shape}.", nameof(gradient));
        }
        BackwardPass.Run(this, gradient, retainGraph);
    }

    private protected override void SetRequiresGrad(bool value)
    {
        if (value == RequiresGrad) return;
        if (value && !typeof(T).IsFloatingPoint)
            throw new InvalidOperationException(
                $"only Tensors of floating point dtype can require gradients, but this one holds {ElementName}.");
        if (!IsLeaf)
            throw new InvalidOperationException(
                "you can only change requires_grad flags of leaf tensors; use Detach() for a copy without a history.");
        if (value) Storage.IsKept = true;
        Node = value ? accumulator ??= new GradientFunction(this) : null;
    }

    /// <summary>The same tensor, a leaf that wants a gradient or does not.</summary>
    internal Tensor<T> WithGrad(bool requiresGrad)
    {
        RequiresGrad = requiresGrad;
        return this;
    }

    internal override string ElementName => typeof(T).TorchName;

    /// <summary>Puts the tensor on the tape.</summary>
    internal void SetNode(GradientFunction node) => Node = node;

    /// <summary>A tensor over the same memory in another shape, off the tape.</summary>
    internal Tensor<T> View(TensorShape shape) => View(0, shape);

    /// <summary>A tensor over a part of the memory in another shape, off the tape.</summary>
    internal Tensor<T> View(int start, TensorShape shape)
    {
        Storage.HasViews = true;
        return new(memory.Slice(start, shape.ElementCount), shape, Storage);
    }

    /// <summary>The memory, to write to; counts as a write, and is refused where the tape records the tensor.</summary>
    internal Span<T> WritableSpan(string operation)
    {
        if (RequiresGrad && GradMode.IsEnabled) throw IsRecorded(operation);
        Storage.Bump();
        return Span;
    }

    internal override void Accumulate(Tensor gradient, bool isShared)
    {
        var added = (Tensor<T>)gradient;
        if (Gradient is null) (Gradient, isGradSeen) = (isShared ? added.Copy() : added, false);
        else if (isGradSeen) (Gradient, isGradSeen) = ((Tensor<T>)Gradient.Plus(added), false);
        else Gradient.AddInPlace(added);
        if (!isShared && !ReferenceEquals(Gradient, added)) added.ReturnToPool();
        Gradient!.Storage.IsKept = true;
    }

    internal override Tensor Plus(Tensor other) => this + (Tensor<T>)other;

    internal override void AddInPlace(Tensor other) =>
        Broadcasting.Row(Span, ((Tensor<T>)other).Span, Span, default(Formulas<T>.Add), default(Formulas<float>.Add));

    internal override void ReturnToPool()
    {
        // Of a part of the memory another tensor may have the rest.
        if (Storage.IsReturned || Storage.Rented is not T[] array || Length != Storage.Length) return;
        Storage.IsReturned = true;
        TensorPool.Return(array);
    }

    /// <summary>A tensor of this shape to write a gradient to: this one where it may be reused in place, else a new one.</summary>
    internal Tensor<T> ReuseOrAllocate() => MayBeReused ? this : Uninitialized<T>(Shape);

    internal override bool SharesMemoryWith(Tensor other) =>
        Storage == other.Storage || (other is Tensor<T> same && memory.Span.Overlaps(same.memory.Span)); // no elements overlap with none

    internal override void Assign(Tensor source)
    {
        using var scope = NoGrad();
        CopyFrom((Tensor<T>)source);
    }

    internal override bool HasSameBits(Tensor other) =>
        other is Tensor<T> same && Shape == same.Shape && MemoryMarshal.AsBytes(Span).SequenceEqual(MemoryMarshal.AsBytes(same.Span));

    internal override Tensor<T> Copy()
    {
        var copy = Uninitialized<T>(Shape);
        Span.CopyTo(copy.Span);
        return copy;
    }

    private InvalidOperationException IsRecorded(string operation) => new(
        (IsLeaf ? "a leaf Variable that requires grad" : $"the result of {GradFn}") + " is being used in an in-place operation: " +
        $"{operation} would change values that the tape relies on; wrap it in Tensor.NoGrad(), or write to a Clone.");

    private InvalidOperationException IsNotScalar() => new(
        $"grad can be implicitly created only for scalar outputs; the shape here is {Shape}: " +
        "reduce it with Sum() or Mean(), or pass a gradient of this shape.");

    private nint[] Lengths() => Rank == 0 ? [1] : Shape.ToLengths();
}
