using System.Globalization;

namespace Surprisal.Mpi;

/// <summary>What started this process as one of several, as its environment tells.</summary>
/// <param name="Name">In words, such as Open MPI's mpirun.</param>
/// <param name="Size">How many ranks it has started.</param>
/// <param name="Family">The MPI that it belongs to; null where it starts those of any.</param>
internal sealed record Launcher(string Name, int Size, MpiFamily? Family)
{
    /// <summary>
    /// The launcher; null where there is none. SLURM_NTASKS is no sign of one, for it stands in batch scripts too; a step of Slurm counts
    /// where its tasks are several.
    /// </summary>
    /// <param name="variable">The environment.</param>
    public static Launcher? Find(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } ofOpenMpi) return new("Open MPI's mpirun", ofOpenMpi, MpiFamily.OpenMpi);
        if (Number("PMI_SIZE") is { } ofHydra) return new("MPICH's mpirun", ofHydra, MpiFamily.Mpich);
        if (variable("SLURM_STEP_ID") is not null && Number("SLURM_STEP_NUM_TASKS") is { } ofSlurm
            && (ofSlurm > 1 || variable("PMIX_RANK") is not null))
            return new("srun", ofSlurm, null);
        return null;

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
    }

    /// <summary>The launcher of this process.</summary>
    public static Launcher? Here => Find(Environment.GetEnvironmentVariable);
}
