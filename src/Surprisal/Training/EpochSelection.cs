using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>
/// Which epoch was best, how long early stopping has waited, and the last weights while the model shows the best: docs/decisions/0026.
/// </summary>
internal sealed class EpochSelection
{
    private Dictionary<string, Tensor>? last;

    public BestEpoch? Best { get; set; }

    /// <summary>What early stopping compares with, lower being better, NaN for none; the epochs in a row that were not better.</summary>
    public (double Reference, int Wait) Waiting { get; set; } = (double.NaN, 0);

    /// <summary>Judges an epoch; whether it is the best so far.</summary>
    public bool Add(int epoch, double value, Criterion criterion, EarlyStopping? stopping, Module model)
    {
        var lower = criterion.Lower(value);
        if (stopping is not null) Waiting = Waited(lower, stopping.MinimumDifference);
        if (double.IsNaN(value) || (Best is { } best && !(lower < criterion.Lower(best.Value)))) return false;
        Best = new() { Epoch = epoch, Value = value, State = Copy(model.StateDictionary()) };
        return true;
    }

    public bool HasEnded(EarlyStopping? stopping) => Waiting.Wait >= stopping?.Patience;

    /// <summary>Puts the best weights into the model, and keeps the last.</summary>
    public void ShowBest(Module model)
    {
        if (Best is null || last is not null) return;
        last = Copy(model.StateDictionary());
        model.LoadStateDictionary(Best.State);
    }

    /// <summary>Puts the last weights back, unless somebody has changed the model in between.</summary>
    public void ShowLast(Module model)
    {
        if (ShowsBest(model)) model.LoadStateDictionary(last!);
        last = null;
    }

    /// <summary>The model's parameters and buffers as training goes on with them; not copies.</summary>
    public Dictionary<string, Tensor> LastState(Module model)
    {
        var state = model.State(persistentOnly: false);
        if (ShowsBest(model))
            foreach (var (name, tensor) in last!) state[name] = tensor;
        return state;
    }

    /// <summary>Takes over what a checkpoint holds; the model has the last weights.</summary>
    public void Restore(BestEpoch? best, (double Reference, int Wait) waiting) => (Best, Waiting, last) = (best, waiting, null);

    public static Dictionary<string, Tensor> Copy(IReadOnlyDictionary<string, Tensor> state) =>
        state.ToDictionary(static named => named.Key, static named => Kept(named.Value), StringComparer.Ordinal);

    private (double, int) Waited(double value, double difference) =>
        double.IsNaN(value) ? (Waiting.Reference, int.MaxValue)
        : double.IsNaN(Waiting.Reference) || value < Waiting.Reference - difference ? (value, 0)
        : (Waiting.Reference, Waiting.Wait == int.MaxValue ? int.MaxValue : Waiting.Wait + 1);

    private bool ShowsBest(Module model)
    {
        if (last is null || Best is null) return false;
        var state = model.StateDictionary();
        return Best.State.All(named => state.TryGetValue(named.Key, out var present) && present.HasSameBits(named.Value));
    }

    private static Tensor Kept(Tensor tensor)
    {
        var copy = tensor.Copy();
        copy.Storage.IsKept = true; // whatever step is open
        return copy;
    }
}
