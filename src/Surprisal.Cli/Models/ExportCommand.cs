using System.CommandLine;
using System.Text.Json;
using Surprisal.Onnx;

namespace Surprisal.Cli.Models;

/// <summary><c>surprisal export</c>: a trained model for other programs.</summary>
internal static class ExportCommand
{
    public const string Examples = """
        The file's input is called input, [N, channels, height, width] or, of a table, [N, inputs]; its output logits, [N, classes]
        or, of masks, [N, classes, height, width]; N is free. Its metadata hold class_names (a JSON array), task (what the outputs say),
        preparation (how a sample is made), images or columns (the same in JSON) and
        temperature, which logits are divided by before softmax.

        Examples:
          surprisal export runs/digits-lenet-1 --onnx digits.onnx
        """;

    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run, or a model.safetensors" };
        var onnx = CheckedOption.FileName("--onnx", "Write an ONNX file: IR 8, opset 17");
        var force = CheckedOption.Flag("--force", "Replace the file where it is there already");
        onnx.Required = true;
        var command = new Command("export", "Write a trained model for other programs.") { run, onnx, force };
        command.SetAction(parsed => Run(parsed.GetValue(run)!, parsed.GetValue(onnx)!, parsed.GetValue(force)));
        return command;
    }

    private static int Run(string run, string path, bool force)
    {
        OutputPath.Check("--onnx", path, force);
        var (card, model) = ModelFile.Read(run);
        var words = card.ToMetadata().Where(static word => word.Key != "surprisal").ToDictionary(StringComparer.Ordinal);
        OnnxModel.Write(path, model, [.. card.Architecture.Input], words);
        Console.WriteLine(TerminalText.Escape($"{path}: {card.Architecture}, {ByteCount.Text(new FileInfo(path).Length)}"));
        return Commands.Done;
    }
}
