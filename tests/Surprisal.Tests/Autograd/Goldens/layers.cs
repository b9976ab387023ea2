#:package TorchSharp-cpu@0.107.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// Writes layers.json: what libtorch answers for convolutions and their transposes, pooling, upsampling, normalisation and activations, and their gradients.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build layers.cs -o out && dotnet out/layers.dll > layers.json
// Each case holds the operation, the arguments, the inputs, the output, an upstream gradient and the gradients of the inputs, in float32 and in float64.
// Inputs are multiples of 1/8, so that the file stays short.
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

const double NaN = double.NaN, Inf = double.PositiveInfinity;
var random = new Random(21);
var cases = new List<string>();

// images N C H W, outputs, kernel, stride, padding (-1: same), dilation, groups, bias
foreach (var (n, c, h, w, o, kh, kw, stride, padding, dilation, groups, bias) in new (long, long, long, long, long, long, long, long, long, long, long, bool)[]
    {
        (1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, true), (1, 1, 1, 1, 2, 3, 3, 1, 1, 1, 1, true), (2, 1, 2, 3, 1, 5, 5, 1, 2, 1, 1, false),
        (1, 2, 1, 1, 2, 2, 2, 3, 1, 1, 2, true), (2, 4, 5, 6, 6, 3, 2, 1, 1, 1, 2, true), (1, 3, 4, 17, 3, 3, 3, 1, 1, 1, 3, true),
        (2, 3, 5, 7, 6, 3, 3, 2, 1, 1, 3, false), (1, 2, 7, 8, 3, 3, 3, 1, 0, 2, 1, true), (1, 2, 9, 19, 2, 3, 2, 3, 2, 3, 1, true),
        (1, 4, 8, 7, 4, 2, 3, 2, 2, 2, 4, true), (1, 1, 1, 5, 1, 1, 2, 1, -1, 1, 1, true), (1, 2, 4, 5, 3, 4, 2, 1, -1, 1, 1, true),
        (2, 2, 3, 18, 2, 2, 4, 1, -1, 3, 2, true), (1, 1, 2, 2, 1, 3, 5, 1, -1, 2, 1, false), (0, 2, 3, 3, 4, 2, 2, 1, 0, 1, 2, true),
        (1, 6, 3, 3, 2, 1, 1, 3, 0, 1, 2, true), (1, 2, 33, 3, 2, 3, 3, 3, 3, 4, 2, true),
    })
{
    (string, object?)[] arguments = [("stride", stride), ("padding", padding), ("dilation", dilation), ("groups", groups)];
    List<Tensor> inputs = [Numbers(n, c, h, w), Numbers(o, c / groups, kh, kw)];
    if (bias) inputs.Add(Numbers(o));
    Case("conv2d", t =>
    {
        var (x, top, left) = (t[0], dilation * (kh - 1), dilation * (kw - 1));
        // what PyTorch's own convolution does with an uneven number of zeros: the one more goes to the right and the bottom
        if (padding < 0) x = F.pad(x, [left / 2, left - left / 2, top / 2, top - top / 2]);
        return F.conv2d(x, t[1], bias ? t[2] : null, [stride, stride], padding < 0 ? [0, 0] : [padding, padding], [dilation, dilation], groups);
    }, inputs, arguments);
    if (padding < 0)
        using (var layer = nn.Conv2d(c, o, (kh, kw), padding: Padding.Same, dilation: (dilation, dilation), groups: groups, bias: bias,
            dtype: ScalarType.Float64))
        using (no_grad())
        {
            layer.weight!.copy_(inputs[1]);
            if (bias) layer.bias!.copy_(inputs[2]);
            var composed = F.conv2d(F.pad(inputs[0], [dilation * (kw - 1) / 2, dilation * (kw - 1) - dilation * (kw - 1) / 2, dilation * (kh - 1) / 2,
                dilation * (kh - 1) - dilation * (kh - 1) / 2]), inputs[1], bias ? inputs[2] : null, [1, 1], [0, 0], [dilation, dilation], groups);
            if (!allclose(layer.forward(inputs[0]), composed)) throw new InvalidOperationException("padding = same is something else.");
        }
}

foreach (var (n, c, h, w, o, kh, kw, stride, padding, more, dilation, groups, bias) in
    new (long, long, long, long, long, long, long, long, long, long, long, long, bool)[]
    {
        (1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, true), (1, 1, 1, 1, 2, 3, 3, 1, 1, 0, 1, 1, true), (2, 2, 3, 4, 3, 2, 2, 2, 0, 0, 1, 1, true),
        (1, 2, 3, 4, 2, 3, 3, 2, 1, 1, 1, 1, true), (1, 4, 2, 3, 6, 3, 2, 3, 0, 2, 1, 2, true), (1, 3, 4, 17, 3, 3, 3, 1, 2, 0, 1, 3, false),
        (2, 2, 4, 3, 2, 3, 3, 1, 1, 1, 2, 2, true), (1, 2, 5, 5, 2, 2, 3, 2, 2, 2, 3, 1, true), (0, 2, 2, 2, 3, 2, 2, 2, 0, 1, 1, 1, true),
        (1, 1, 1, 1, 1, 2, 2, 3, 0, 2, 1, 1, true), (1, 2, 3, 9, 2, 4, 4, 2, 1, 0, 1, 1, true),
    })
{
    List<Tensor> inputs = [Numbers(n, c, h, w), Numbers(c, o / groups, kh, kw)];
    if (bias) inputs.Add(Numbers(o));
    Case("convTranspose2d",
        t => F.conv_transpose2d(t[0], t[1], bias ? t[2] : null, [stride, stride], [padding, padding], [more, more], [dilation, dilation], groups),
        inputs,
        ("stride", stride), ("padding", padding), ("outputPadding", more), ("dilation", dilation), ("groups", groups));
}

// The windows without a pixel crash libtorch's gradient: MaxPoolingWindowTests has them.
foreach (var (shape, kernel, stride, padding, dilation) in new (long[], long, long, long, long)[]
    {
        ([1, 1, 4, 5], 2, 1, 0, 2), ([2, 2, 7, 6], 3, 2, 1, 2), ([1, 1, 5, 17], 2, 3, 1, 3), ([1, 2, 9, 9], 3, 1, 1, 3), ([0, 1, 4, 4], 2, 2, 0, 2),
        ([1, 1, 3, 3], 3, 1, 1, 1),
    })
    Case("maxPool2d", t => F.max_pool2d(t[0], kernel, stride, padding, dilation), [Numbers(shape)],
        ("kernel", kernel), ("stride", stride), ("padding", padding), ("dilation", dilation));

foreach (var (shape, height, width) in new (long[], long, long)[]
    {
        ([1, 1, 1, 1], 1, 1), ([2, 3, 4, 5], 1, 1), ([1, 2, 7, 17], 1, 1), ([2, 1, 7, 5], 3, 2), ([1, 1, 2, 3], 5, 7), ([1, 2, 6, 6], 6, 6),
        ([0, 2, 3, 3], 2, 2),
        ([1, 1, 5, 16], 4, 15), ([1, 2, 3, 4], 1, 3),
    })
    Case("adaptiveAvgPool2d", t => F.adaptive_avg_pool2d(t[0], (height, width)), [Numbers(shape)], ("height", height), ("width", width));

foreach (var mode in new[] { InterpolationMode.Nearest, InterpolationMode.Bilinear })
{
    var name = mode.ToString().ToLowerInvariant();
    foreach (var (shape, height, width) in new (long[], long, long)[]
        {
            ([1, 1, 1, 1], 3, 2), ([1, 2, 2, 3], 4, 6), ([2, 1, 3, 4], 5, 7), ([1, 1, 5, 6], 2, 4), ([1, 1, 2, 2], 1, 1), ([1, 1, 3, 16], 3, 33),
            ([0, 1, 2, 2], 4, 4),
        })
        foreach (bool? corners in mode == InterpolationMode.Nearest ? [null] : new bool?[] { false, true })
            Case("upsample", t => F.interpolate(t[0], [height, width], mode: mode, align_corners: corners), [Numbers(shape)],
                ("mode", name), ("height", height), ("width", width), ("alignCorners", corners ?? false));
    foreach (var (shape, scale) in new (long[], double)[]
        { ([1, 2, 3, 4], 2), ([1, 1, 3, 5], 1.5), ([1, 1, 5, 7], 2.25), ([1, 1, 6, 5], 0.5), ([1, 1, 2, 2], 3) })
        foreach (bool? corners in mode == InterpolationMode.Nearest ? [null] : new bool?[] { false, true })
            Case("upsampleBy", t => F.interpolate(t[0], scale_factor: [scale, scale], mode: mode, align_corners: corners), [Numbers(shape)],
                ("mode", name), ("scale", scale), ("alignCorners", corners ?? false));
}

foreach (var shape in new long[][] { [4, 3], [2, 1], [17, 2], [5, 3, 4], [2, 2, 1], [1, 2, 9], [3, 2, 4, 5] })
    foreach (var training in new[] { true, false })
        Case("batchNorm", t => F.batch_norm(t[0], zeros(shape[1], t[0].dtype) + 0.25, ones(shape[1], t[0].dtype) * 2, t[1], t[2], training, 0.1, 1e-5),
            [Numbers(shape), Numbers(shape[1]), Numbers(shape[1])], ("training", training));
foreach (var (shape, dims) in new (long[], int)[]
    { ([4], 1), ([3, 1], 1), ([2, 5], 1), ([3, 17], 1), ([2, 3, 4], 2), ([2, 2, 15], 1), ([0, 4], 1), ([2, 2, 3], 3) })
    foreach (var parameters in new[] { 0, 1, 2 })
    {
        long[] normalized = shape[^dims..];
        List<Tensor> inputs = [Numbers(shape)];
        for (var i = 0; i < parameters; i++) inputs.Add(Numbers(normalized));
        Case("layerNorm", t => F.layer_norm(t[0], normalized, parameters > 0 ? t[1] : null, parameters > 1 ? t[2] : null, 1e-5), inputs, ("dims", dims));
    }

foreach (var x in new[] { Values(0, -0.0, 1, -1, 0.5, -0.5, 3, -3, 1e-30, -1e-30, 30, -30, Inf, NaN, 5.5, -5.25, 12),
    Numbers(), Numbers(7), Numbers(15), Numbers(16), Numbers(3, 11), Numbers(0, 2) })
{
    foreach (var slope in new[] { 0.01, 0.25, 0, 1.5 }) Case("leakyRelu", t => F.leaky_relu(t[0], slope), [x], ("slope", slope));
    Case("silu", t => F.silu(where(t[0].eq(Inf), zeros_like(t[0]) + 20, t[0])), [x]);
    Case("gelu", t => F.gelu(where(t[0].eq(Inf), zeros_like(t[0]) + 20, t[0])), [x]);
}

Console.WriteLine("{\"cases\": [\n" + string.Join(",\n", cases) + "\n]}");

void Case(string operation, Func<Tensor[], Tensor> f, IReadOnlyList<Tensor> inputs, params (string Name, object? Value)[] arguments)
{
    foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
    {
        var leaves = inputs.Select(x => x.detach().clone().to(type).requires_grad_()).ToArray();
        var output = f(leaves);
        List<string> fields = [$"\"operation\":\"{operation}\"", $"\"dtype\":\"{type.ToString().ToLowerInvariant()}\"",
            $"\"arguments\":{{{string.Join(",", arguments.Where(a => a.Value is not null).Select(a => $"\"{a.Name}\":{Text(a.Value!)}"))}}}",
            $"\"inputs\":[{string.Join(",", leaves.Select(Record))}]", $"\"output\":{Record(output)}"];
        var upstream = ((Numbers(output.shape) + 0.25) / 2).to(type);
        output.backward([upstream]);
        fields.Add($"\"upstream\":{Record(upstream)}");
        fields.Add($"\"gradients\":[{string.Join(",", leaves.Select(x => Record(x.grad ?? zeros_like(x))))}]");
        cases.Add("{" + string.Join(",", fields) + "}");
    }
}

Tensor Values(params double[] values) => tensor(values, dtype: ScalarType.Float64);

Tensor Numbers(params long[] shape) =>
    Values([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.Next(-20, 21) / 8.0)]).reshape(shape);

string Record(Tensor x)
{
    x = x.detach().contiguous();
    IEnumerable<string> values = x.numel() == 0 ? [] : x.dtype == ScalarType.Float32
        ? x.data<float>().ToArray().Select(value => Text(value))
        : x.data<double>().ToArray().Select(value => Text(value));
    return $"{{\"shape\":[{string.Join(",", x.shape)}],\"values\":[{string.Join(",", values)}]}}";
}

string Text(object value) => value switch
{
    bool flag => flag ? "true" : "false",
    string text => $"\"{text}\"",
    double number when !double.IsFinite(number) => $"\"{number.ToString(CultureInfo.InvariantCulture)}\"",
    float number when !float.IsFinite(number) => $"\"{number.ToString(CultureInfo.InvariantCulture)}\"",
    _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
};
