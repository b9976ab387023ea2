using System.Globalization;

namespace Surprisal.Mpi;

/// <summary>What each rank is at, in a file of its own: a step and a phase.</summary>
internal static class RankState
{
    /// <summary>Says it, in place; a folder that cannot be written to says nothing.</summary>
    public static void Write(string folder, int rank, long step, string phase)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, rank.ToString(CultureInfo.InvariantCulture)),
                string.Create(CultureInfo.InvariantCulture, $"{step} {phase}\n"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // who waits for this rank will say that it knows nothing
        }
    }

    /// <summary>The rank with the least step, and of these the first by the order of phases; null where that is not known of all.</summary>
    public static (int Rank, long Step, string Phase)? Behind(string folder, int ranks)
    {
        var known = new List<(int Rank, long Step, string Phase)>();
        for (var rank = 0; rank < ranks; rank++)
        {
            try
            {
                var words = File.ReadAllText(Path.Combine(folder, rank.ToString(CultureInfo.InvariantCulture))).Trim().Split(' ', 2);
                if (words.Length < 2 || !long.TryParse(words[0], CultureInfo.InvariantCulture, out var step)) return null;
                known.Add((rank, step, words[1]));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
        return known.OrderBy(static state => state.Step).ThenBy(static state => Place(state.Phase)).First();
    }

    private static int Place(string phase) => phase switch
    {
        "forward and backward" => 0,
        "gradients" => 1,
        "the others' decision" => 2,
        _ => 3,
    };
}
