using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>The weights that a new run begins with: a safetensors file, or the model of another run.</summary>
internal static class StartingWeights
{
    /// <exception cref="InvalidDataException">Not a safetensors file, or weights of another model; the message names the file.</exception>
    public static void Load(string path, Module model)
    {
        if (Directory.Exists(path)) path = RunFolder.ModelIn(path);
        try
        {
            model.LoadStateDictionary(Safetensors.Read(path).Tensors);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }
}
