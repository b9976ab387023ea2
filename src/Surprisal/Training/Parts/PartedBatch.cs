namespace Surprisal.Training;

/// <summary>A batch of which this process has some parts.</summary>
/// <param name="Rows">Of the whole batch.</param>
/// <param name="Own">The parts of this process, in order; null for one without rows.</param>
/// <param name="Nothing">A batch without rows, where no part of this process has any: the model goes through it to keep up with the
/// others.</param>
internal sealed record PartedBatch(int Rows, Batch?[] Own, Batch? Nothing)
{
    /// <summary>All tensors that belong to nobody else.</summary>
    public IEnumerable<Batch> Batches => Own.Append(Nothing).OfType<Batch>();
}
