namespace Surprisal.Cuda;

/// <summary>Every text that ships.</summary>
internal static class PtxModules
{
    public static readonly IReadOnlyList<PtxModule> All =
        [TargetKernels.Module, WeightKernels.Module, DivisorKernels.Module, GradientKernels.Module, SumKernels.Module,
            .. CrossEntropyKernels.Modules, .. ProbabilityKernels.Modules, .. SoftmaxKernels.Modules, .. NllKernels.Modules,
            .. ClusterKernels.Modules,
            RunKernels.Module, DenseKernels.Module, .. ElementKernels.Modules, .. ElementTargetKernels.Modules,
            RegionTotals.Module, .. RegionKernels.Modules, UsedRowKernels.Module, .. LinearKernels.Modules];
}
