namespace Surprisal.Cli;

/// <summary>What a training prints: lines and tables for people, the last line alone, nothing, or events for programs.</summary>
internal enum TrainVoice
{
    Text,
    Quiet,
    Silent,
    Json,
}
