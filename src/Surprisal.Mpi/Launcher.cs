using System.Globalization;

namespace Surprisal.Mpi;

/// <summary>What started this process as one of several, as its environment tells.</summary>
/// <param name="Name">In words, such as Open MPI's mpirun.</param>
/// <param name="Size">How many ranks it has started.</param>
/// <param name="Rank">Which one this is; null where it does not tell.</param>
/// <param name="Family">The MPI that it belongs to; null where it starts those of any.</param>
internal sealed record Launcher(string Name, int Size, int? Rank, MpiFamily? Family)
{
    /// <summary>
    /// The launcher; null where there is none. SLURM_NTASKS is no sign of one, for it stands in batch scripts too; a step of Slurm counts
    /// where its tasks are several.
    /// </summary>
    /// <param name="variable">The environment.</param>
    public static Launcher? Find(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is > 0 and var ofOpenMpi)
            return new("Open MPI's mpirun", ofOpenMpi, Number("OMPI_COMM_WORLD_RANK"), MpiFamily.OpenMpi);
        if (Number("PMI_SIZE") is > 0 and var ofHydra) return new("MPICH's mpirun", ofHydra, Number("PMI_RANK"), MpiFamily.Mpich);
        if (variable("SLURM_STEP_ID") is not null && Number("SLURM_STEP_NUM_TASKS") is { } ofSlurm
            && (ofSlurm > 1 || variable("PMIX_RANK") is not null))
            return new("srun", ofSlurm, Number("SLURM_PROCID"), null);
        return null;

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The launcher of this process.</summary>
    public static Launcher? Here => Find(Environment.GetEnvironmentVariable);
}
