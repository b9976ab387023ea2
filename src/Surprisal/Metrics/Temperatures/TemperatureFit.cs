using System.Globalization;

namespace Surprisal.Metrics;

/// <summary>The temperature that logits are divided by for the least loss.</summary>
/// <param name="Temperature">T; NaN if undefined, 1 if flat, exp(-10) or exp(10), the bounds, where the loss falls to either side.</param>
/// <param name="State">What kind of minimum it is.</param>
/// <param name="LossBefore">The mean loss in nats at T = 1, of the rows that are fitted.</param>
/// <param name="Loss">The mean loss in nats at <paramref name="Temperature"/>. On the rows that it was fitted to it flatters: score
/// others.</param>
public readonly record struct TemperatureFit(double Temperature, TemperatureState State, double LossBefore, double Loss)
{
    /// <summary>T = 1.2345 (finite), loss 0.5123 -> 0.4987.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"T = {Temperature:F4} ({State.ToString().ToLowerInvariant()}), loss {LossBefore:F4} -> {Loss:F4}");
}
