using System.Text;

namespace Surprisal;

/// <summary>Tensors in PyTorch's words: nested brackets, aligned columns, and suffixes for what the numbers do not say.</summary>
internal static class TensorPrinter
{
    private const int EdgeItems = 3, MaxInFull = 1000, LineWidth = 80;
    private const string Prefix = "tensor(";

    public static string Format<T>(Tensor<T> tensor) where T : unmanaged, INumber<T>
    {
        var text = new StringBuilder(Prefix);
        if (tensor.Length == 0) text.Append("[]");
        else WriteNumbers(text, tensor);
        WriteSuffixes(text, Suffixes(tensor));
        return text.Append(')').ToString();
    }

    private static void WriteNumbers<T>(StringBuilder text, Tensor<T> tensor) where T : unmanaged, INumber<T>
    {
        var summarize = tensor.Length > MaxInFull;
        var shown = new List<T>();
        Collect(tensor.AsReadOnlySpan(), tensor.Shape, summarize, shown);
        var format = NumberFormat.For<T>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shown));
        if (tensor.Rank == 0) text.Append(format.Format(shown[0]));
        else Write(text, new Queue<string>(shown.Select(format.Format)), format.Width, tensor.Shape, Prefix.Length, summarize);
    }

    /// <summary>The elements that are shown, in the order in which they are.</summary>
    private static void Collect<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape, bool summarize, List<T> shown)
    {
        if (shape.Length == 0)
        {
            shown.Add(values[0]);
            return;
        }
        var stride = values.Length / shape[0];
        for (var i = 0; i < shape[0]; i++)
        {
            if (summarize && IsElided(shape[0], i)) i = shape[0] - EdgeItems;
            Collect(values.Slice(i * stride, stride), shape[1..], summarize, shown);
        }
    }

    /// <summary>One pair of brackets and what is in it; takes its numbers from the front of <paramref name="numbers"/>.</summary>
    private static void Write(StringBuilder text, Queue<string> numbers, int width, ReadOnlySpan<int> shape, int indent, bool summarize)
    {
        var vector = shape.Length == 1;
        var perLine = vector ? Math.Max(1, (LineWidth - indent) / (width + ", ".Length)) : 1;
        text.Append('[');
        var items = 0;
        for (var i = 0; i < shape[0]; i++, items++)
        {
            if (items > 0) Separate(text, vector && items % perLine != 0 ? 0 : Math.Max(1, shape.Length - 1), indent + 1);
            if (summarize && IsElided(shape[0], i))
            {
                text.Append(vector ? " ..." : "...");
                i = shape[0] - EdgeItems - 1;
            }
            else if (vector) text.Append(numbers.Dequeue());
            else Write(text, numbers, width, shape[1..], indent + 1, summarize);
        }
        text.Append(']');
    }

    /// <summary>Whether elements from here to the last few are shown as dots.</summary>
    private static bool IsElided(int size, int i) => i == EdgeItems && size > 2 * EdgeItems;

    /// <summary>A comma, and a blank or as many line ends as the rank asks for.</summary>
    private static void Separate(StringBuilder text, int lines, int indent)
    {
        text.Append(',');
        if (lines == 0) text.Append(' ');
        else text.Append('\n', lines).Append(' ', indent);
    }

    private static List<string> Suffixes(Tensor tensor)
    {
        var suffixes = new List<string>();
        var empty = tensor.Length == 0;
        if (empty && tensor.Rank != 1) suffixes.Add($"size=({string.Join(", ", tensor.Shape)})");
        // Whole numbers without a point say int64 themselves; an empty tensor shows none.
        if (tensor.ElementName != "float32" && (empty || tensor.ElementName != "int64")) suffixes.Add($"dtype=torch.{tensor.ElementName}");
        if (tensor.GradFn is { } node) suffixes.Add($"grad_fn={node}");
        else if (tensor.RequiresGrad) suffixes.Add("requires_grad=True");
        return suffixes;
    }

    private static void WriteSuffixes(StringBuilder text, List<string> suffixes)
    {
        // PyTorch counts two characters more than the last line has, and breaks accordingly early.
        var used = text.Length - text.ToString().LastIndexOf('\n') + 1;
        foreach (var suffix in suffixes)
        {
            if (used + suffix.Length + ", ".Length > LineWidth)
            {
                Separate(text, 1, Prefix.Length);
                used = Prefix.Length + suffix.Length;
            }
            else
            {
                Separate(text, 0, 0);
                used += suffix.Length + ", ".Length;
            }
            text.Append(suffix);
        }
    }
}
