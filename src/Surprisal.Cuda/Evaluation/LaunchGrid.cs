namespace Surprisal.Cuda;

/// <summary>How many blocks a launch has.</summary>
/// <param name="Blocks">A multiple of the cluster's.</param>
/// <param name="SharedBytes">Memory that each gets beside what the kernel names.</param>
/// <param name="Cluster">How many of them are neighbours, which read each other's memory; 1 where none do.</param>
internal readonly record struct LaunchGrid(int Blocks, int SharedBytes, int Cluster = 1);
