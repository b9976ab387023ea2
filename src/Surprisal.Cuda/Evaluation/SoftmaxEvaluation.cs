namespace Surprisal.Cuda;

/// <summary>softmax or its logarithm along the middle of [outer, axis, inner] on a device: one launch.</summary>
internal static class SoftmaxEvaluation
{
    public static void Run<T>(ICudaDevice device, ulong from, ulong to, (int Outer, int Axis, int Inner) shape, bool isLog)
        where T : unmanaged
    {
        var type = ElementType.Of<T>();
        var positions = shape.Outer * shape.Inner;
        if (positions == 0 || shape.Axis == 0) return;
        var plan = ClassPlan.Of(
            device, SoftmaxKernels.Modules[type.Index], layout => SoftmaxKernels.Name(layout, isLog), type, shape.Axis, shape.Inner);
        device.Launch(plan.Module, plan.Kernel, plan.Grid(positions), from, to, (uint)positions, (uint)shape.Axis, (uint)shape.Inner);
    }
}
