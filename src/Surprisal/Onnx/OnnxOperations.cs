using Surprisal.Kernels;
using Operation = Surprisal.OperationTrace.Operation;

namespace Surprisal.Onnx;

/// <summary>Operations of the library as nodes of ONNX, opset 17.</summary>
internal static class OnnxOperations
{
    /// <summary>Adds what an operation does to the graph, under the name of its output.</summary>
    /// <exception cref="NotSupportedException">It has no counterpart; the message says why.</exception>
    public static void Add(OnnxGraph graph, Operation operation, string output)
    {
        string[] inputs = [.. operation.Inputs.Select(graph.NameOf)];
        var x = inputs[0];
        switch (operation.Name, operation.Settings)
        {
            case ("Add" or "Sub" or "Mul" or "Div" or "Relu" or "Sigmoid" or "Tanh" or "GlobalAveragePool", _):
                graph.Node(operation.Name, inputs, output);
                break;
            case ("Silu", _):
                graph.Node("Mul", [x, graph.Node("Sigmoid", [x], output + "_sigmoid")], output);
                break;
            case ("LeakyRelu", double slope):
                graph.Node("LeakyRelu", inputs, output, ("alpha", (float)slope));
                break;
            case ("Gelu", GeluApproximation approximation):
                AddGelu(graph, x, output, approximation);
                break;
            case ("Softmax" or "LogSoftmax", int axis):
                graph.Node(operation.Name, inputs, output, ("axis", (long)axis));
                break;
            case ("Concat", int axis):
                graph.Node("Concat", inputs, output, ("axis", (long)axis));
                break;
            case ("Reshape", _):
                AddReshape(graph, operation, x, output);
                break;
            case ("Gemm", _):
                if (operation.Inputs[0]!.Rank != 2)
                    throw new NotSupportedException(
                        $"a linear layer of an input of shape {operation.Inputs[0]!.Shape} has no counterpart; " +
                        "[N, features] has.");
                graph.Node("Gemm", inputs, output, ("transB", 1L));
                break;
            case ("Conv", ConvolutionShape s):
                graph.Node("Conv", inputs, output, Convolution(s, [s.Top, s.Left, s.Bottom, s.Right]));
                break;
            case ("ConvTranspose", ConvolutionShape s):
                graph.Node("ConvTranspose", inputs, output, [.. Convolution(s, [s.Top, s.Left, s.Top, s.Left]),
                    ("output_padding", new long[] { s.Top - s.Bottom, s.Left - s.Right })]);
                break;
            case ("MaxPool", PoolingShape s):
                graph.Node("MaxPool", inputs, output, [.. Pooling(s), ("dilations", new long[] { s.Dilation, s.Dilation })]);
                break;
            case ("AveragePool", PoolingShape s):
                graph.Node("AveragePool", inputs, output, [.. Pooling(s), ("count_include_pad", 1L)]);
                break;
            case ("BatchNormalization", (double epsilon, double[] mean, double[] variance)):
                var module = graph.ModuleOf(operation.Inputs[1]) ?? output + ".";
                graph.Node("BatchNormalization",
                    [.. inputs, Statistic("running_mean", mean), Statistic("running_var", variance)], output, ("epsilon", (float)epsilon));
                break;

                string Statistic(string name, double[] values) =>
                    graph.Constant(module + name, Array.ConvertAll(values, static value => (float)value), values.Length);
            case ("LayerNormalization", (int rank, double epsilon)):
                AddLayerNorm(graph, operation, inputs, output, rank, epsilon);
                break;
            case ("Resize", (Upsampling rows, Upsampling columns, UpsampleMode mode)):
                AddResize(graph, x, output, rows, columns, mode);
                break;
            default:
                throw new NotSupportedException($"{operation.Name} has no counterpart.");
        }
    }

    private static (string, object)[] Convolution(ConvolutionShape s, long[] pads) =>
    [
        ("kernel_shape", new long[] { s.Kh, s.Kw }), ("strides", new long[] { s.Stride, s.Stride }), ("pads", pads),
        ("dilations", new long[] { s.Dilation, s.Dilation }), ("group", (long)s.Groups),
    ];

    private static (string, object)[] Pooling(PoolingShape s) =>
    [
        ("kernel_shape", new long[] { s.Size, s.Size }), ("strides", new long[] { s.Stride, s.Stride }),
        ("pads", new long[] { s.Pad, s.Pad, s.Pad, s.Pad }),
    ];

    /// <summary>x (1 + erf(x / sqrt 2)) / 2, or with tanh(sqrt(2 / pi) (x + 0.044715 x^3)) in place of erf.</summary>
    private static void AddGelu(OnnxGraph graph, string x, string output, GeluApproximation approximation)
    {
        string Number(float value) => graph.Constant(FormattableString.Invariant($"number_{value}"), [value]);
        string inside;
        if (approximation == GeluApproximation.None)
            inside = graph.Node("Erf", [graph.Node("Mul", [x, Number(0.70710678f)], output + "_scaled")], output + "_erf");
        else
        {
            var square = graph.Node("Mul", [x, x], output + "_square");
            var factor = graph.Node("Add", [graph.Node("Mul", [square, Number(0.044715f)], output + "_cubic"), Number(1)],
                output + "_factor");
            var linear = graph.Node("Mul", [x, Number(0.79788456f)], output + "_scaled");
            inside = graph.Node("Tanh", [graph.Node("Mul", [linear, factor], output + "_argument")], output + "_tanh");
        }
        var share = graph.Node("Mul", [graph.Node("Add", [inside, Number(1)], output + "_doubled"), Number(0.5f)], output + "_share");
        graph.Node("Mul", [x, share], output);
    }

    private static void AddReshape(OnnxGraph graph, Operation operation, string x, string output)
    {
        var (from, to) = (operation.Inputs[0]!.Shape, operation.Output.Shape);
        if (from.Rank == 0 || to.Rank == 0 || from[0] != graph.Samples || to[0] != graph.Samples)
            throw new NotSupportedException($"a reshape from {from} to {to} has no counterpart; one that keeps the samples apart has.");
        if (to.Rank == 2) graph.Node("Flatten", [x], output, ("axis", 1L));
        else
        {
            var shape = to[1..].ToArray().Select(static size => (long)size);
            graph.Node("Reshape", [x, graph.Constant(output + "_shape", [0, .. shape])], output);
        }
    }

    private static void AddLayerNorm(OnnxGraph graph, Operation operation, string[] inputs, string output, int rank, double epsilon)
    {
        var shape = operation.Output.Shape[^rank..].ToArray();
        if (inputs[1].Length == 0)
        {
            var ones = new float[Shape.Length(shape)];
            Array.Fill(ones, 1);
            inputs[1] = graph.Constant(output + "_ones", ones, [.. shape.Select(static size => (long)size)]);
        }
        graph.Node("LayerNormalization", inputs, output, ("axis", (long)-rank), ("epsilon", (float)epsilon));
    }

    private static void AddResize(OnnxGraph graph, string x, string output, Upsampling rows, Upsampling columns, UpsampleMode mode)
    {
        string[] inputs = double.IsNaN(rows.Step)
            ? [x, "", "", Sizes()] : [x, "", graph.Constant(output + "_scales", [1, 1, Scale(rows), Scale(columns)], 4)];
        if (mode == UpsampleMode.Nearest)
            graph.Node("Resize", inputs, output, ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"),
                ("nearest_mode", "floor"));
        else
            graph.Node("Resize", inputs, output, ("mode", "linear"),
                ("coordinate_transformation_mode", rows.AlignCorners ? "align_corners" : "half_pixel"));

        string Sizes() => graph.Node("Concat",
            [
                graph.Node("Shape", [x], output + "_first", ("start", 0L), ("end", 2L)),
                graph.Constant(output + "_last", [rows.Outputs, columns.Outputs]),
            ],
            output + "_sizes", ("axis", 0L));
    }

    /// <summary>The scale that was asked for, or the next that makes the outputs where floor(inputs scale) would miss them.</summary>
    private static float Scale(Upsampling side)
    {
        var scale = (float)(1 / side.Step);
        while ((int)((double)scale * side.Length) < side.Outputs) scale = MathF.BitIncrement(scale);
        return scale;
    }
}
