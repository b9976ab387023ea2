using Surprisal.Modules;

namespace Surprisal.Cli.Models;

/// <summary>A trained network with all that it takes to use it: model.safetensors.</summary>
internal sealed record ModelFile(ModelCard Card, Module Model)
{
    /// <summary>Writes weights and card, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> state, ModelCard card) =>
        Safetensors.Write(path, state, card.ToMetadata());

    /// <summary>The network of a run's folder, or of a file, ready to be evaluated.</summary>
    /// <exception cref="InvalidDataException">No model, or a damaged one; the message names the file.</exception>
    /// <exception cref="IOException">There is no such file or folder.</exception>
    public static ModelFile Read(string path)
    {
        path = ModelPlace.Find(path, "its model.safetensors");
        var (tensors, metadata) = Safetensors.Read(path);
        var card = ModelCard.Read(path, metadata);
        try
        {
            var model = card.Architecture.Build(new Seed(0));
            model.LoadStateDictionary(tensors);
            return new ModelFile(card, model.Eval());
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {Commands.Plain(error.Message)}", error);
        }
    }
}
