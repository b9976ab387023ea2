using System.Text;
using System.Text.Json;
using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Temperatures of shards, of one column and of pixels.</summary>
public sealed class TemperatureSumsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void AnyCutGivesTheTextOfOneRun(int classes)
    {
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(classes, 900, seed);
        var whole = Sums(data, 0, 900);
        int[] cuts = [0, 0, 1, 13, 500, 501, 900];
        var parts = Enumerable.Range(0, cuts.Length - 1).Select(i => Sums(data, cuts[i], cuts[i + 1])).ToArray();
        var random = new RandomStream(seed);
        for (var round = 0; round < 3; round++)
        {
            random.Shuffle<TemperatureSums>(parts);
            using var start = JsonDocument.Parse(Text(parts[0]));
            var together = TemperatureSums.Read(start.RootElement);
            foreach (var part in parts[1..]) together.Merge(part);
            Assert.True(Text(whole) == Text(together), $"seed {seed}, round {round}");
            Assert.Equal(whole.Fit(), together.Fit());
        }
        Assert.Equal(TemperatureState.Undefined, new TemperatureSums(classes).Fit().State);
    }

    [Fact]
    public void OneColumnIsTwoOfWhichTheFirstIsZero()
    {
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(1, 500, seed, odd: false);
        var both = new float[1000];
        for (var i = 0; i < 500; i++) both[2 * i + 1] = data.Logits[i];
        var (one, two) = (Sums(data, 0, 500), new TemperatureSums(2));
        two.Add<float, int>(both, data.Targets, data.Weights);
        Assert.True(two.Fit() == one.Fit(), $"seed {seed}");
        Assert.Equal(Temperature.Fit<float, int>(both, data.Targets, 2, data.Weights), Temperature.Fit<float, int>(data.Logits, data.Targets, 1, data.Weights));
        var infinite = new TemperatureSums(1);
        infinite.Add<double, int>([double.PositiveInfinity, double.NegativeInfinity], [1, 0]);
        Assert.Equal((TemperatureState.Zero, 0), (infinite.Fit().State, infinite.Fit().Loss));
    }

    [Fact]
    public void PixelsAreRows()
    {
        const int Samples = 6, Classes = 4, Positions = 35;
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(Classes, Samples * Positions, seed);
        var logits = new float[data.Logits.Length];
        for (var i = 0; i < data.Rows; i++)
            for (var c = 0; c < Classes; c++) logits[(i / Positions * Classes + c) * Positions + i % Positions] = data.Logits[i * Classes + c];
        var sums = new TemperatureSums(Classes);
        sums.Add<float, int>(logits, data.Targets, data.Weights, Positions);
        Assert.True(Text(Sums(data, 0, data.Rows)) == Text(sums), $"seed {seed}");
    }

    [Fact]
    public void WhatIsNoStateIsRefused()
    {
        using var other = JsonDocument.Parse("{\"surprisal\": \"classification metrics\"}");
        Assert.Equal("json is no state of temperature sums: surprisal is not \"temperature sums\".",
            Assert.Throws<FormatException>(() => TemperatureSums.Read(other.RootElement)).Message);
    }

    private static TemperatureSums Sums(ScoreData data, int first, int end)
    {
        var sums = new TemperatureSums(data.Classes);
        sums.Add<float, int>(data.Logits.AsSpan((first * data.Classes)..(end * data.Classes)), data.Targets.AsSpan(first..end),
            data.Weights.AsSpan(first..end));
        return sums;
    }

    private static string Text(TemperatureSums sums)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) sums.Write(json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
