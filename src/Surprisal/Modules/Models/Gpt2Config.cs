using System.Text.Json;

namespace Surprisal.Modules;

/// <summary>The config.json beside the weights of a GPT-2: what they cannot say themselves.</summary>
internal sealed class Gpt2Config
{
    private const long MaxBytes = 1 << 20;

    private readonly string path;
    private readonly JsonElement json;

    private Gpt2Config(string path, JsonElement json)
    {
        (this.path, this.json) = (path, json);
        Expect("activation_function", "gelu_new");
        Expect("scale_attn_weights", "True");
        Expect("scale_attn_by_inverse_layer_idx", "False");
        Expect("add_cross_attention", "False");
    }

    /// <summary>Null: not said.</summary>
    public int? Heads => Number("n_head") is { } number ? (int)Math.Min(int.MaxValue, number) : null;

    public double? Epsilon => json.TryGetProperty("layer_norm_epsilon", out var value)
        ? value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and < 1 and var given ? given
            : throw new InvalidDataException($"{path}: layer_norm_epsilon is {value}; a number from 0 is needed.")
        : null;

    /// <summary>The file in the folder of the weights; null where there is none.</summary>
    public static Gpt2Config? Beside(string weights)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(weights))!, "config.json");
        if (!File.Exists(path)) return null;
        if (new FileInfo(path).Length > MaxBytes) throw new InvalidDataException($"{path}: of {MaxBytes} bytes or more; no configuration.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object ? new(path, document.RootElement.Clone())
                : throw new InvalidDataException($"{path}: not a configuration; an object in braces was expected.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: line {error.LineNumber + 1} is not JSON.", error);
        }
    }

    /// <summary>Compares sizes with those of the weights.</summary>
    public void Check(params ReadOnlySpan<(string Name, int Size)> sizes)
    {
        foreach (var (name, size) in sizes)
            if (Number(name) is { } said && said != size)
                throw new InvalidDataException($"{path}: {name} is {said}, but the weights have {size}.");
    }

    private long? Number(string name) => json.TryGetProperty(name, out var value)
        ? value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number > 0 ? number
            : throw new InvalidDataException($"{path}: {name} is {value}; a whole number from 1 is needed.")
        : null;

    private void Expect(string name, string only)
    {
        if (json.TryGetProperty(name, out var value) && value.ToString() != only)
            throw new InvalidDataException($"{path}: {name} is {value}; only {only} is GPT-2's.");
    }
}
