namespace Surprisal.Training;

/// <summary>What a schedule counts.</summary>
public enum ScheduleUnit
{
    /// <summary>Finished epochs. The default.</summary>
    Epoch,

    /// <summary>Finished steps of the optimizer: an epoch has ceil(batches / <see cref="Trainer.AccumulateSteps"/>) of them.</summary>
    Step,
}
