using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Metrics;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>The temperature of shards, of one column and of pixels, from the command.</summary>
public sealed class TemperatureCommandTests : IDisposable
{
    private readonly ScoreFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void ShardsHaveTheTemperatureOfOneRun()
    {
        var one = JsonNode.Parse(files.Json("--logits ./z.npy --targets ./y.npy").GetRawText())!.AsObject();
        Assert.True(one["temperature"]!.AsObject().Remove("ece")); // which needs the scores again
        for (var i = 1; i <= 5; i++)
            Assert.Equal(0, files.Run($"evaluate --logits ./z.npy --targets ./y.npy --shard {i}/5 --json ./p{i}.json").Exit);
        Assert.Equal(0, files.Run("merge ./p2.json ./p1.json --json ./p12.json").Exit); // merged parts merge again
        var (exit, output, errors) = files.Run("merge ./p5.json ./p3.json ./p12.json ./p4.json --json -");
        Assert.Equal(("", 0), (errors, exit));
        Assert.Equal(one.ToJsonString(), JsonNode.Parse(output)!.ToJsonString());
        var table = files.Run("merge ./p5.json ./p3.json ./p12.json ./p4.json").Output;
        Assert.Contains("temperature: the ECE at T needs the scores; it is known where one run has all of them.\n", table);
        Assert.Equal(0, files.Run("evaluate --logits ./z.npy --targets ./y.npy --shard 3/5 --no-temperature --json ./p3.json --force").Exit);
        table = files.Run("merge ./p5.json ./p3.json ./p12.json ./p4.json").Output;
        Assert.Contains("temperature: not all parts have one, so all together have none.\n", table);
        Assert.DoesNotContain("log-loss at T", table);
    }

    [Fact]
    public void OneColumnHasTheTemperatureOfTwo()
    {
        var column = files.Logits.AsSpan(0, 400).ToArray();
        byte[] targets = [.. column.Select(static (z, i) => (byte)(z > 0 ^ i % 4 == 0 ? 1 : 0))];
        NpyFile.Write<float>(files.At("c.npy"), column, [400, 1]);
        NpyFile.Write<byte>(files.At("t.npy"), targets, [400]);
        NpyFile.Write<float>(files.At("two.npy"), [.. column.SelectMany(static z => new[] { 0, z })], [400, 2]);
        var one = files.Json("--logits ./c.npy --targets ./t.npy --binary").GetProperty("temperature");
        var two = files.Json("--logits ./two.npy --targets ./t.npy").GetProperty("temperature");
        foreach (var name in new[] { "temperature", "loss", "lossBefore" }) Assert.Equal(two.GetProperty(name).GetDouble(), one.GetProperty(name).GetDouble());
        Assert.Equal("finite", one.GetProperty("state").GetString());
        Assert.InRange(one.GetProperty("ece").GetDouble(), 0, 1);
        double[] logits = [.. column.Select(static z => (double)z)];
        Assert.Equal(Temperature.Fit<double, byte>(logits, targets, 1).Temperature, one.GetProperty("temperature").GetDouble(), 2e-5);
    }

    [Fact]
    public void PixelsHaveTheTemperatureOfRows()
    {
        const int Samples = 8, Pixels = 60, Classes = ScoreFixture.Classes;
        var image = new float[Samples * Classes * Pixels];
        for (var i = 0; i < Samples * Pixels; i++)
            for (var c = 0; c < Classes; c++) image[(i / Pixels * Classes + c) * Pixels + i % Pixels] = files.Logits[i * Classes + c];
        NpyFile.Write<float>(files.At("p.npy"), image, [Samples, Classes, 6, 10]);
        NpyFile.Write<long>(files.At("q.npy"), files.Targets.AsSpan(0, Samples * Pixels), [Samples, 6, 10]);
        NpyFile.Write<float>(files.At("r.npy"), files.Logits.AsSpan(0, image.Length), [Samples * Pixels, Classes]);
        NpyFile.Write<long>(files.At("s.npy"), files.Targets.AsSpan(0, Samples * Pixels), [Samples * Pixels]);
        Assert.Equal(files.Json("--logits ./r.npy --targets ./s.npy").GetProperty("temperature").GetRawText(),
            files.Json("--logits ./p.npy --targets ./q.npy").GetProperty("temperature").GetRawText());
    }

    [Theory]
    [InlineData(new[] { 3f, 0, 0, 3 }, "zero", "every target has its row's largest logit")]
    [InlineData(new[] { 0f, 3, 3, 0 }, "infinite", "the loss falls towards an infinite T")]
    [InlineData(new[] { 1f, 1, 2, 2 }, "flat", "all rows are constant")]
    [InlineData(new[] { float.NaN, 1, 2, float.NaN }, "undefined", "no row to fit it to")]
    public void EveryStateIsNamed(float[] logits, string state, string note)
    {
        NpyFile.Write<float>(files.At("e.npy"), logits, [2, 2]);
        NpyFile.Write<byte>(files.At("f.npy"), [0, 1], [2]);
        Assert.Equal(state, files.Json("--logits ./e.npy --targets ./f.npy").GetProperty("temperature").GetProperty("state").GetString());
        Assert.Contains(note, files.Run("evaluate --logits ./e.npy --targets ./f.npy").Output);
    }

    [Fact]
    public void WhatHasNoneIsRefusedWhenAsked() =>
        Assert.Equal("surprisal: --temperature goes with logits, and with one class a row.\n",
            files.Run("evaluate --probabilities ./z.npy --targets ./y.npy --temperature").Errors);
}
