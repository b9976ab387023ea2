using System.CommandLine;
using Surprisal.Cli.Bench;
using Surprisal.Cli.Compare;
using Surprisal.Cli.Completion;
using Surprisal.Cli.Data;
using Surprisal.Cli.Evaluate;
using Surprisal.Cli.Language;
using Surprisal.Cli.Loss;
using Surprisal.Cli.Models;
using Surprisal.Cli.Runs;
using Surprisal.Cli.Tables;

namespace Surprisal.Cli;

/// <summary>All commands, and what each one's help says below its options.</summary>
internal sealed class CommandTree
{
    private const string Examples = """
        Examples:
          surprisal train
          surprisal train --data fashion-mnist --epochs 5
          surprisal runs runs
          surprisal predict runs/flowers-lenet-1 rose.jpg
          surprisal generate runs/moby-dick-gpt-1 --prompt "Call me"
          surprisal export runs/digits-lenet-1 --onnx digits.onnx
          surprisal evaluate --logits logits.npy --targets targets.npy
          surprisal compare a.json b.json
          surprisal bench
          surprisal loss cross-entropy --logits logits.npy --targets labels.npy
          surprisal train --help

        Exit codes: 0 done, 1 failed, 2 wrong usage; stopped by a signal and saved: 130 (Ctrl-C), 143 (TERM), 129 (HUP), 131 (QUIT).
        """;

    private readonly Dictionary<Command, string> notes = [];

    /// <param name="formats">Formats of tables that another package brings.</param>
    public CommandTree(params IReadOnlyList<TableFormat> formats)
    {
        Root = new RootCommand("Surprisal: classification losses and training for .NET.");
        notes[Root] = Examples;
        Add(TrainCommand.Create(), TrainCommand.Examples);
        Add(DataCommand.Create(), DataCommand.Examples);
        Add(RunsCommand.Create(), RunsCommand.Examples);
        Add(PredictCommand.Create(), PredictCommand.Examples);
        Add(GenerateCommand.Create(), GenerateCommand.Examples);
        Add(ExportCommand.Create(), ExportCommand.Examples);
        Add(EvaluateCommand.Create(formats), EvaluateCommand.Examples);
        Add(MergeCommand.Create(), MergeCommand.Examples);
        Add(CompareCommand.Create(), CompareCommand.Examples);
        Add(LossCommand.Create(formats), LossCommand.Examples);
        foreach (var loss in Root.Subcommands[^1].Subcommands) notes[loss] = LossCommand.Notes(loss);
        Add(BenchCommand.Create(), BenchCommand.Examples);
        Add(CompletionCommand.Create(), CompletionCommand.Examples);
    }

    public RootCommand Root { get; }

    public string Notes(Command command) => notes[command];

    private void Add(Command command, string below)
    {
        Root.Add(command);
        notes[command] = below;
    }
}
