using System.CommandLine;
using System.Globalization;
using Surprisal.Cli.Loss;

namespace Surprisal.Tests.Cli.Loss;

/// <summary>surprisal loss on files in a folder of its own.</summary>
internal sealed class LossCall : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal-loss-");

    public string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>A file of these numbers; bfloat16 as safetensors, for .npy lacks it.</summary>
    public string Write<T>(string name, T[] values, params nint[] shape) where T : unmanaged, INumber<T>
    {
        if (typeof(T) != typeof(BFloat16)) NpyFile.Write<T>(Path(name), values, Array.ConvertAll(shape, static size => (long)size));
        else
            Safetensors.Write(Path(name),
                new Dictionary<string, Tensor> { ["x"] = Tensor.Create<T>(values, Array.ConvertAll(shape, static size => (int)size)) });
        return Path(name);
    }

    /// <summary>Runs the command in this process; what it prints.</summary>
    public static string Run(string loss, params string[] arguments)
    {
        var parsed = LossCommand.Create().Parse([loss, .. arguments]);
        Assert.Empty(parsed.Errors);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, parsed.Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false }));
        return output.ToString();
    }

    /// <summary>Runs a loss on the files x, y and maybe more; what it prints, and the numbers of its two outputs.</summary>
    public (string Line, double[] Output, double[] Gradient) Evaluate(string loss, params string[] arguments)
    {
        var line = Run(loss, ["--logits", Path("x"), "--targets", Path("y"), "--out", Path("o"), "--gradient", Path("g"), "--force", .. arguments]);
        return (line, Read(Path("o")).Values, Read(Path("g")).Values);
    }

    public static (string Type, long[] Shape, double[] Values) Read(string path)
    {
        using var array = ArrayFile.Open(path);
        var values = new double[array.Length];
        array.Read<double>(0, values);
        return (array.Type.Name, [.. array.Shape], values);
    }

    /// <summary>The arguments that make a loss: an option for each property that is not as by default.</summary>
    public static string[] Arguments(Surprisal.Loss loss)
    {
        var plain = Activator.CreateInstance(loss.GetType());
        return [.. loss.GetType().GetProperties().Where(property => !Equals(property.GetValue(loss), property.GetValue(plain)))
            .SelectMany(property => property.GetValue(loss) is true
                ? new[] { Option(property.Name) }
                : [Option(property.Name), Word(property.GetValue(loss)!)])];
    }

    /// <summary>LabelSmoothing as the command line has it: --label-smoothing.</summary>
    public static string Option(string property) => "--" + Dashed(property);

    /// <summary>The library's name of a loss as the command line has it.</summary>
    public static string Name(Type loss) => Dashed(loss.Name[..^"Loss".Length]);

    public void Dispose() => folder.Delete(recursive: true);

    private static string Word(object value) => value switch
    {
        Reduction or EmptyMean or AbsentClasses => value.ToString()!.ToLowerInvariant(),
        SmoothingWeight => Dashed(value.ToString()!),
        IEnumerable<double> weights => string.Join(',', weights.Select(static weight => weight.ToString("R", CultureInfo.InvariantCulture))),
        _ => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
    };

    private static string Dashed(string name) =>
        string.Concat(name.Select(static (c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
