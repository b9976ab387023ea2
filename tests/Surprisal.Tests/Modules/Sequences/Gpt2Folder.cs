namespace Surprisal.Tests.Modules.Sequences;

/// <summary>A folder with the golden GPT-2's weights and its config.json, which a test may change.</summary>
internal sealed class Gpt2Folder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("gpt2-").FullName;

    public Gpt2Folder()
    {
        using var source = typeof(Golden).Assembly.GetManifestResourceStream("Modules/Sequences/gpt2.safetensors")!;
        using (var target = File.Create(Weights)) source.CopyTo(target);
        File.WriteAllText(Config,
            """{"n_head": 2, "n_embd": 8, "n_layer": 2, "vocab_size": 11, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-05}""");
    }

    public string Weights => Path.Combine(path, "model.safetensors");

    public string Config => Path.Combine(path, "config.json");

    /// <summary>Writes the tensors again, changed.</summary>
    public void Change(Action<Dictionary<string, Tensor>> change)
    {
        var tensors = Safetensors.Read(Weights).Tensors.ToDictionary(StringComparer.Ordinal);
        change(tensors);
        Safetensors.Write(Weights, tensors);
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
