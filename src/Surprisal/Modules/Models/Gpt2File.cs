namespace Surprisal.Modules;

/// <summary>Weights of GPT-2 in a safetensors file with Hugging Face's names, read into a <see cref="Gpt"/>.</summary>
/// <remarks>
/// Names may begin with <c>transformer.</c>. The weights c_attn, c_fc and c_proj lie as [in, out] there and are transposed, the square
/// attn.c_proj too; a file that <see cref="Module.Save"/> wrote has them as [out, in] and is read as it is, which the shape of c_attn
/// tells. The masks attn.bias and attn.masked_bias are passed over. lm_head.weight is not there, or equal to wte.weight. What the file
/// cannot say, the number of heads, is in config.json beside it. Floats of 16 bits are widened.
/// </remarks>
public static class Gpt2File
{
    private static readonly string[] masks = [".attn.bias", ".attn.masked_bias"];

    private const string Prefix = "transformer.", Head = "lm_head.weight";

    /// <summary>Reads a model: its size is the file's.</summary>
    /// <param name="path">The file; config.json in its folder is read with it where there is one.</param>
    /// <param name="heads">The heads of each block. Default null: config.json's, or without one the width / 64, as every published GPT-2
    /// has them.</param>
    /// <exception cref="InvalidDataException">The file is no such model: every name that is missing, unexpected or of another shape is
    /// listed; or config.json tells of another form.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <example><c>var model = Gpt2File.Read("gpt2/model.safetensors");</c></example>
    public static Gpt Read(string path, int? heads = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = SafetensorsFile.Open(path);
        var found = Named(path, file);
        var (vocabulary, width) = Sizes(path, found, "wte.weight");
        var (context, _) = Sizes(path, found, "wpe.weight");
        var layers = found.Keys.Where(static name => name.StartsWith("h.", StringComparison.Ordinal))
            .Select(static name => int.TryParse(name.Split('.')[1], out var number) ? number + 1 : 0).DefaultIfEmpty(0).Max();
        if (layers == 0) throw new InvalidDataException($"{path}: no GPT-2: there is no block, such as h.0.ln_1.weight.");
        if (layers > found.Count)
            throw new InvalidDataException($"{path}: no GPT-2: block {layers - 1} is there, but blocks before it are not.");
        var config = Gpt2Config.Beside(path);
        config?.Check(("vocab_size", vocabulary), ("n_positions", context), ("n_embd", width), ("n_layer", layers));
        var count = heads ?? config?.Heads ?? width / 64;
        if (count < 1 || width % count != 0)
            throw new InvalidDataException($"{path}: {count} heads do not divide the width {width}; " +
                "config.json in its folder says the number, as n_head.");
        var isTransposed = found.TryGetValue("h.0.attn.c_attn.weight", out var first) && first.Shape.SequenceEqual([width, 3L * width]);
        // what would be made of the sizes, known before any memory is asked for
        Check(path, found, Gpt.Shapes(vocabulary, context, width, layers), isTransposed);
        var model = new Gpt(vocabulary, context, new Seed(0), width, layers, count, epsilon: config?.Epsilon ?? 1e-5);
        foreach (var (name, parameter) in model.NamedParameters()) Fill(file, found[name].Name, parameter, isTransposed && IsLinear(name));
        if (found.TryGetValue(Head, out var head)) CheckTied(path, file, head.Name, model.HeadWeight);
        return model;
    }

    /// <summary>The entries by name without the prefix; masks are left out.</summary>
    private static Dictionary<string, StoredEntry> Named(string path, SafetensorsFile file)
    {
        var found = new Dictionary<string, StoredEntry>(StringComparer.Ordinal);
        foreach (var entry in file.Entries)
        {
            var name = entry.Name.StartsWith(Prefix, StringComparison.Ordinal) ? entry.Name[Prefix.Length..] : entry.Name;
            if (masks.Any(mask => name.EndsWith(mask, StringComparison.Ordinal))) continue;
            if (!found.TryAdd(name, entry))
                throw new InvalidDataException($"{path}: {name} is there twice, with {Prefix} and without.");
        }
        return found;
    }

    private static (int Rows, int Columns) Sizes(string path, Dictionary<string, StoredEntry> found, string name)
    {
        if (!found.TryGetValue(name, out var entry))
            throw new InvalidDataException($"{path}: no GPT-2: it has no {name}, only " +
                $"{string.Join(", ", found.Keys.Take(5))}{(found.Count > 5 ? ", ..." : "")}.");
        return entry.Shape.Count == 2 && entry.Shape.All(static size => size is > 0 and <= int.MaxValue / 4)
            ? ((int)entry.Shape[0], (int)entry.Shape[1])
            : throw new InvalidDataException(
                $"{path}: {name} has shape {StoredShape.Format(entry.Shape)}; two sizes of at least 1 are needed.");
    }

    private static bool IsLinear(string name) => name.Contains(".c_", StringComparison.Ordinal)
        && name.EndsWith("weight", StringComparison.Ordinal);

    private static void Check(
        string path, Dictionary<string, StoredEntry> found, Dictionary<string, long[]> needed, bool isTransposed)
    {
        var problems = new List<string>();
        foreach (var (name, shape) in needed)
        {
            long[] expected = isTransposed && IsLinear(name) ? [.. shape.Reverse()] : shape;
            if (!found.TryGetValue(name, out var entry)) problems.Add($"missing {name}");
            else if (!entry.Shape.SequenceEqual(expected))
                problems.Add($"size mismatch for {name}: {StoredShape.Format(entry.Shape)} given, {StoredShape.Format(expected)} needed");
            else if (entry.Type is not { IsFloating: true, Bits: <= 32, IsReadable: true })
                problems.Add($"{name} is of type {entry.Type}; floats of 32 or 16 bits are needed");
        }
        problems.AddRange(found.Keys.Where(name => name != Head && !needed.ContainsKey(name)).Select(static name => $"unexpected {name}"));
        if (problems.Count > 0) throw new InvalidDataException($"{path}: no GPT-2: {string.Join("; ", problems)}.");
    }

    private static void Fill(SafetensorsFile file, string name, Tensor<float> parameter, bool isTransposed)
    {
        using var array = file.OpenArray(name);
        if (!isTransposed)
        {
            array.Read(0, parameter.Span);
            return;
        }
        var read = Tensor.Zeros<float>([parameter.Shape[1], parameter.Shape[0]]);
        array.Read(0, read.Span);
        read.Transpose().Span.CopyTo(parameter.Span);
    }

    private static void CheckTied(string path, SafetensorsFile file, string name, Tensor<float> weight)
    {
        using var array = file.OpenArray(name);
        if (!array.Shape.SequenceEqual([weight.Shape[0], weight.Shape[1]]))
            throw new InvalidDataException($"{path}: {name} has shape {StoredShape.Format(array.Shape)}, but it is tied to wte.weight, " +
                $"{weight.Shape}.");
        var head = new float[weight.Length];
        array.Read(0, head.AsSpan());
        var other = head.AsSpan().CommonPrefixLength(weight.Span);
        if (other < head.Length)
            throw new InvalidDataException($"{path}: {name} is not wte.weight: they differ at row {other / weight.Shape[1]}; " +
                "a head of its own is no GPT-2.");
    }
}
