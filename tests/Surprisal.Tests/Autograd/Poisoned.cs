namespace Surprisal.Tests.Autograd;

/// <summary>While it lives, memory that comes back is filled with NaN. For tests that run alone.</summary>
internal sealed class Poisoned : IDisposable
{
    public Poisoned() => TensorPool.Poison = true;

    public void Dispose() => TensorPool.Poison = false;
}
