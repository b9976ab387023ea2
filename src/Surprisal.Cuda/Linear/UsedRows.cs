namespace Surprisal.Cuda;

/// <summary>The rows of linear cross-entropy that count, on the device.</summary>
/// <param name="Count">How many, as a uint.</param>
/// <param name="Rows">Their numbers, ascending.</param>
/// <param name="Classes">Their targets.</param>
/// <param name="Places">Of each row its place among them, -1 for none.</param>
internal readonly record struct UsedRows(ulong Count, ulong Rows, ulong Classes, ulong Places)
{
    /// <summary>Starts to collect them, of targets that have been checked.</summary>
    public static UsedRows Collect(ICudaDevice device, DeviceScratch memory, LinearSizes sizes, ulong targets, ulong state)
    {
        var bytes = 4L * sizes.Rows;
        var used = new UsedRows(memory.Of(4), memory.Of(bytes), memory.Of(bytes), memory.Of(bytes));
        device.Launch(UsedRowKernels.Module, UsedRowKernels.Collect, 1, 0, targets, (uint)sizes.Rows, used.Rows, used.Classes, used.Places,
            used.Count, state);
        return used;
    }
}
