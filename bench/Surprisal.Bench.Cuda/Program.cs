using Surprisal.Bench.Cuda;

return args switch
{
    [] => GpuRun.Run("gpu.json"),
    [GpuStep.Command, var name] => GpuStep.Answer(name),
    [var file] => GpuRun.Run(file),
    _ => GpuRun.Usage(),
};
