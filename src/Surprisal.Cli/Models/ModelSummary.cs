using Surprisal.Modules;

namespace Surprisal.Cli.Models;

/// <summary>A network as a table: its layers, what comes out of each for one sample, and how many numbers each learns.</summary>
internal static class ModelSummary
{
    /// <summary>Prints the network that would be trained; nothing is written.</summary>
    public static int Print(TrainOptions options)
    {
        var subject = TrainSubject.Of(options);
        foreach (var line in Lines(subject.Network, subject.Trainer.Model, subject.Data.Train.Dataset.SampleShape, Screen.Here))
            Console.WriteLine(line);
        return Commands.Done;
    }

    public static IEnumerable<string> Lines(Architecture architecture, Screen screen) =>
        Lines($"{architecture}", architecture.Build(new Seed(0)), [.. architecture.Input], screen);

    /// <param name="title">What the network is, in a line.</param>
    /// <param name="model">The network.</param>
    /// <param name="sample">The shape of a sample.</param>
    /// <param name="screen">Where it is shown.</param>
    public static IEnumerable<string> Lines(string title, Module model, TensorShape sample, Screen screen)
    {
        var layers = LayerSummary.Of(model, sample);
        (string Name, string Shape, string Parameters)[] rows =
        [
            .. layers.Select(static layer => ($"{layer.Name} {layer.Kind}".TrimStart(), $"{layer.Output}",
                layer.Parameters == 0 ? "" : $"{layer.Parameters:N0}")),
            ("total", "", $"{layers.Sum(static layer => layer.Parameters):N0}"),
        ];
        foreach (var line in screen.Wrap(title)) yield return line;
        var table = new TextTable(screen, "layer", rows.Select(static row => row.Name), minNameWidth: 8,
            ("parameters", Math.Max(10, rows.Max(static row => row.Parameters.Length))),
            ("output", Math.Max(6, rows.Max(static row => row.Shape.Length))));
        yield return table.Header;
        foreach (var (name, shape, parameters) in rows) yield return table.Line(name, parameters, shape).TrimEnd();
    }
}
