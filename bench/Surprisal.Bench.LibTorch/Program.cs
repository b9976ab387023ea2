using Surprisal.Bench.LibTorch;

if (args is [FirstLoss.Command]) FirstLoss.Print();
else Answering.Run();
