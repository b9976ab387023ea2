using Surprisal.Bench;
using Surprisal.Bench.Accuracy;
using Surprisal.Bench.LinearLosses;
using Surprisal.Bench.Memory;
using Surprisal.Bench.Scoring;
using Surprisal.Bench.Sweeping;

switch (args.FirstOrDefault())
{
    case "micro": Micro.Run(args[1..]); return 0;
    case "accuracy": return AccuracyCommand.Run(args[1..]);
    case "sweep": Sweep.Run(args[1..]); return 0;
    case Answering.Command: Answering.Run(); return 0;
    case Row.Command: Row.Answer(args[1..]); return 0;
    case Growth.Command: return Growth.Print();
    case ScoringCommand.Command: return ScoringCommand.Print();
    case LinearCommand.Command: return LinearCommand.Print(args[1..]);
    case MemoryTable.Command: return MemoryTable.Print(args[1..]);
    case StartUp.Command: StartUp.First(); return 0;
    default: return TargetTable.Print(args);
}
