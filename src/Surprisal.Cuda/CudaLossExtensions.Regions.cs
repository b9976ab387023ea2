namespace Surprisal.Cuda;

/// <content>The losses that compare regions.</content>
public static partial class CudaLossExtensions
{
    /// <summary>A loss over regions on a GPU, reduced. Returns before the GPU has computed it.</summary>
    /// <param name="loss"><see cref="DiceLoss"/>, <see cref="JaccardLoss"/> or <see cref="TverskyLoss"/>.</param>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK); float, double, Half or BFloat16. Where they require a gradient that is
    /// computed too, into memory of its own.</param>
    /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK) of any integer type, each 0 .. C - 1 or the ignored index.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or tensors of different GPUs.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static CudaLoss<T> Forward<T, TTarget>(this RegionLoss loss, CudaTensor<T> input, CudaTensor<TTarget> target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ArgumentNullException.ThrowIfNull(loss);
        var shape = CudaArguments.Check(input, target, null);
        var gradient = GradientOf(input);
        if (shape.IsEmpty) return new(Wanted((input, gradient)), null, 0, () => shape.ResultOfNothing(loss, input, target));
        var evaluation = new RegionEvaluation(input.Device, loss, shape);
        return Start(input.Device, Wanted((input, gradient)),
            memory => evaluation.Start<T, TTarget>(memory, input.Address, target.Address, gradient?.Address ?? 0, throughFloat: true),
            state => shape.Result(loss, loss.IgnoreIndex, ClassEvaluation.Read(input.Device, state), target));
    }

    extension(Functional)
    {
        /// <summary>Dice loss of each class's region, for segmentation.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="smooth">See <see cref="RegionLoss.Smooth"/>. Default 1.</param>
        /// <param name="ignoreIndex">See <see cref="RegionLoss.IgnoreIndex"/>. Default -100.</param>
        /// <param name="absent">See <see cref="RegionLoss.Absent"/>. Default <see cref="AbsentClasses.Skip"/>.</param>
        /// <param name="perImage">See <see cref="RegionLoss.PerImage"/>. Default false.</param>
        /// <param name="squared">See <see cref="RegionLoss.Squared"/>. Default false.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        public static CudaLoss<T> Dice<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<TTarget> target,
            double smooth = 1,
            long ignoreIndex = -100,
            AbsentClasses absent = AbsentClasses.Skip,
            bool perImage = false,
            bool squared = false,
            Reduction reduction = Reduction.Mean)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            new DiceLoss
            {
                Smooth = smooth, IgnoreIndex = ignoreIndex, Absent = absent, PerImage = perImage, Squared = squared,
                Reduction = reduction,
            }.Forward(input, target);

        /// <summary>The same with every option of <see cref="DiceLoss"/>.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="options">The loss and its options.</param>
        public static CudaLoss<T> Dice<T, TTarget>(CudaTensor<T> input, CudaTensor<TTarget> target, DiceLoss options)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            Given(options).Forward(input, target);

        /// <summary>Jaccard loss of each class's region, of intersection over union.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="smooth">See <see cref="RegionLoss.Smooth"/>. Default 1.</param>
        /// <param name="ignoreIndex">See <see cref="RegionLoss.IgnoreIndex"/>. Default -100.</param>
        /// <param name="absent">See <see cref="RegionLoss.Absent"/>. Default <see cref="AbsentClasses.Skip"/>.</param>
        /// <param name="perImage">See <see cref="RegionLoss.PerImage"/>. Default false.</param>
        /// <param name="squared">See <see cref="RegionLoss.Squared"/>. Default false.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        public static CudaLoss<T> Jaccard<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<TTarget> target,
            double smooth = 1,
            long ignoreIndex = -100,
            AbsentClasses absent = AbsentClasses.Skip,
            bool perImage = false,
            bool squared = false,
            Reduction reduction = Reduction.Mean)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            new JaccardLoss
            {
                Smooth = smooth, IgnoreIndex = ignoreIndex, Absent = absent, PerImage = perImage, Squared = squared,
                Reduction = reduction,
            }.Forward(input, target);

        /// <summary>The same with every option of <see cref="JaccardLoss"/>.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="options">The loss and its options.</param>
        public static CudaLoss<T> Jaccard<T, TTarget>(CudaTensor<T> input, CudaTensor<TTarget> target, JaccardLoss options)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            Given(options).Forward(input, target);

        /// <summary>Tversky loss of each class's region: false positives and false negatives count differently.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="alpha">See <see cref="TverskyLoss.Alpha"/>. Default 0.5.</param>
        /// <param name="beta">See <see cref="TverskyLoss.Beta"/>. Default 0.5.</param>
        /// <param name="smooth">See <see cref="RegionLoss.Smooth"/>. Default 1.</param>
        /// <param name="ignoreIndex">See <see cref="RegionLoss.IgnoreIndex"/>. Default -100.</param>
        /// <param name="absent">See <see cref="RegionLoss.Absent"/>. Default <see cref="AbsentClasses.Skip"/>.</param>
        /// <param name="perImage">See <see cref="RegionLoss.PerImage"/>. Default false.</param>
        /// <param name="squared">See <see cref="RegionLoss.Squared"/>. Default false.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        public static CudaLoss<T> Tversky<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<TTarget> target,
            double alpha = 0.5,
            double beta = 0.5,
            double smooth = 1,
            long ignoreIndex = -100,
            AbsentClasses absent = AbsentClasses.Skip,
            bool perImage = false,
            bool squared = false,
            Reduction reduction = Reduction.Mean)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            new TverskyLoss
            {
                Alpha = alpha, Beta = beta, Smooth = smooth, IgnoreIndex = ignoreIndex, Absent = absent, PerImage = perImage,
                Squared = squared, Reduction = reduction,
            }.Forward(input, target);

        /// <summary>The same with every option of <see cref="TverskyLoss"/>.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="options">The loss and its options.</param>
        public static CudaLoss<T> Tversky<T, TTarget>(CudaTensor<T> input, CudaTensor<TTarget> target, TverskyLoss options)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            Given(options).Forward(input, target);
    }
}
