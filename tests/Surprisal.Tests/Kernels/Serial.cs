namespace Surprisal.Tests.Kernels;

/// <summary>Tests that set the number of threads run alone, for that number is one for the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Serial
{
    public const string Name = "serial";
}
