namespace Surprisal;

/// <summary>What every tensor has, whatever its element: a shape over dense row-major memory, and a place on the tape.</summary>
/// <remarks>The static members create tensors, as PyTorch's <c>torch.zeros</c> and its neighbours do.</remarks>
public abstract partial class Tensor
{
    private protected Tensor(TensorShape shape, Storage storage) =>
        (Shape, Length, Storage) = (shape, shape.ElementCount, storage);

    /// <summary>The size of each dimension; [] for a single number (rank 0).</summary>
    public TensorShape Shape { get; }

    /// <summary>The number of dimensions; 0 for a single number.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements: the product of the shape, 1 for rank 0.</summary>
    public int Length { get; }

    /// <summary>
    /// Whether <c>Backward</c> computes a gradient for this tensor or passes one through it. It can be set for a leaf: what a user made.
    /// </summary>
    /// <exception cref="InvalidOperationException">Set for an integer tensor, or for the result of an operation.</exception>
    public bool RequiresGrad
    {
        get => Node is not null;
        set => SetRequiresGrad(value);
    }

    /// <summary>The operation that made this tensor; null for a leaf.</summary>
    public GradientFunction? GradFn => Node is { Leaf: null } ? Node : null;

    /// <summary>Whether this tensor was made by the user rather than by a recorded operation.</summary>
    public bool IsLeaf => GradFn is null;

    /// <summary>Opens a scope in which no operation is recorded; the scope ends when the result is disposed.</summary>
    /// <example><code>
    /// var weight = Tensor.Create&lt;float>([1, 2], requiresGrad: true);
    /// (weight * weight).Sum().Backward();
    /// using (Tensor.NoGrad()) weight -= 0.1f * weight.Grad!;
    /// Console.WriteLine(weight);                  // tensor([0.8000, 1.6000], requires_grad=True)
    /// </code></example>
    public static GradMode NoGrad() => GradMode.Off();

    /// <summary>
    /// Opens a step of a loop. At its end the memory of what was made inside, on this thread, is used again for the next: a loop in steps
    /// comes to rest with almost no new memory.
    /// </summary>
    /// <remarks>
    /// Nothing has to be disposed and no step has to be opened: without one the garbage collector does the same, later. What lives on is
    /// never the step's: leaves that require grad, their gradients, registered buffers and parameters, the state of optimizers, and memory
    /// of which a span was handed out. Any other tensor that is to outlive the step is kept with <see cref="Tensor{T}.Keep"/>; to touch one
    /// that was not is an exception, never another tensor's numbers. Steps may be nested; <c>yield</c> and <c>await</c> do not compile
    /// inside.
    /// </remarks>
    /// <example><code>
    /// var weight = Tensor.Create&lt;float>([1, 2], requiresGrad: true);
    /// for (var i = 0; i &lt; 50; i++)
    /// {
    ///     using var step = Tensor.Step();
    ///     weight.ZeroGrad();
    ///     (weight * weight).Sum().Backward();
    ///     using (Tensor.NoGrad()) weight -= 0.25f * weight.Grad!;
    /// }
    /// Console.WriteLine(weight.Sum().Item() &lt; 1e-6f);    // True
    /// </code></example>
    public static StepScope Step() => StepScope.Open();

    /// <summary>Where gradients enter this tensor: its operation, or for a leaf its accumulator; null when none is wanted.</summary>
    internal GradientFunction? Node { get; private protected set; }

    private protected abstract void SetRequiresGrad(bool value);

    /// <summary>What is known of the memory, shared by every tensor over it.</summary>
    internal Storage Storage { get; }

    /// <summary>Adds <paramref name="gradient"/> to what has arrived here; one whose memory is shared is copied first.</summary>
    internal abstract void Accumulate(Tensor gradient, bool isShared);

    /// <summary>The sum with a tensor of the same type and shape.</summary>
    internal abstract Tensor Plus(Tensor other);

    /// <summary>Adds another tensor to memory that nobody else holds.</summary>
    internal abstract void AddInPlace(Tensor other);

    /// <summary>
    /// Returns memory that nobody else holds to <see cref="TensorPool"/>; neither this tensor nor a view of it may be read again.
    /// </summary>
    internal abstract void ReturnToPool();

    /// <summary>
    /// Whether this is a gradient on its way through the tape that may be reused in place: only one operation reads it, and nobody else
    /// holds it.
    /// </summary>
    internal bool MayBeReused { get; set; }

    /// <summary>Refuses a tensor whose step has ended.</summary>
    /// <exception cref="InvalidOperationException">Its memory may be another's now.</exception>
    internal abstract void CheckAlive();

    /// <summary>Whether a write to the other tensor may change this one.</summary>
    internal abstract bool SharesMemoryWith(Tensor other);

    /// <summary>Whether the other has this type and shape and the same bits.</summary>
    internal abstract bool HasSameBits(Tensor other);

    /// <summary>A copy of the elements in memory of their own, off the tape.</summary>
    internal abstract Tensor Copy();

    /// <summary>Overwrites the elements with those of a tensor of the same type and shape.</summary>
    internal abstract void Assign(Tensor source);

    /// <summary>The element type's name in PyTorch's words: float32, float64, int64 ...</summary>
    internal abstract string ElementName { get; }
}
