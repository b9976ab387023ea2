namespace Surprisal.Cli;

/// <summary>What a training prints: lines and tables for people, the last line alone, or events for programs.</summary>
internal enum TrainVoice
{
    Text,
    Quiet,
    Json,
}
