using System.Xml;
using System.Xml.Linq;
using Surprisal.Cli;
using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>Pages with what makes pages break, and their text as XML, which refuses what is not well-formed.</summary>
internal static class Pages
{
    public static readonly string[] Names =
    [
        "猫", "一个非常非常非常长的中文类别名称它没有任何空格也没有结尾只是继续继续继续继续继续继续继续继续继续", "<script>alert(\"x\")</script>",
        "\"quoted\" & 'single' &amp;", "قطة صغيرة جميلة", "averyveryveryverylongclassnamewithoutanyspacesthatgoesonfor60",
        "a long name with spaces, as people give to folders of images now",
        "\u202Ereversed\0\uFFFF\uD800", "👩‍👩‍👧‍👦 family", "]]>--><!--", "כלב", "",
    ];

    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg", Html = "http://www.w3.org/1999/xhtml";

    public static XElement Parse(object markup)
    {
        using var reader = XmlReader.Create(new StringReader($"{markup}"), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }

    public static IEnumerable<XElement> All(this XElement root, string name) => root.Descendants().Where(element => element.Name.LocalName == name);

    public static string Value(this XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";

    public static double Number(this XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value);

    /// <summary>Losses that fall, one that is not finite among them.</summary>
    public static EpochFigures[] Epochs(int count) => [.. Enumerable.Range(1, count).Select(epoch => new EpochFigures(epoch, 0.006 / epoch,
        epoch == 3 ? double.NaN : 2.0 / epoch, 1 - 0.5 / epoch, epoch == 4 ? double.PositiveInfinity : 2.5 / epoch, 1 - 0.75 / epoch))];

    public static HtmlPage Train(int epochs, IReadOnlyList<string>? names = null) =>
        new TrainReport(
            new TrainOptions { Images = "/data/图像 & \"folder\" <b>", Epochs = 80, Seed = long.MinValue, KeepGoing = true, Grey = true, From = "/x/y" },
            Epochs(epochs))
        {
            Samples = (123456, 2345, 34567),
            SampleShape = "3 x 224 x 224",
            Parameters = 61_706_123,
            Classes = names?.Count ?? 2,
            Test = names is null ? null
                : new Confusions(names, (target, taken) => target == taken ? 1000 + target : (target * 7 + taken * 3) % 11 == 0 ? 1 + taken % 50 : 0),
            Trouble = "epoch 61, batch 4: <b>the loss is NaN</b>",
        }.Page();

    public static HtmlPage Gallery()
    {
        var curves = Names.Take(5).Select(static (name, i) =>
            new Curve(name, [.. Enumerable.Range(0, 101).Select(x => (x / 100.0, Math.Pow(x / 100.0, 0.2 + 0.1 * i)))])).ToList();
        var page = new HtmlPage("Scores", "From plain records.");
        page.Figures(
            new ReliabilityDiagram("Calibration", [("before", Bins(0.3)), ("after", Bins(0.02))]).Draw(),
            RocCurve.Draw("ROC", "", curves), PrecisionRecallCurve.Draw("Precision and recall", "", curves[..1], 0.3),
            Histogram.Of("Losses", "", "loss", [.. Enumerable.Range(0, 1000).Select(static i => Math.Exp(i / 200.0))]).Draw(),
            new CurveChart("Huge", "", "x", "y", [new Curve("a", [(1e9 + 1, double.MaxValue), (1e9 + 2, double.MinValue), (1e9 + 3, 0)])]).Draw(),
            new CurveChart("Near", "", "x", "y", [new Curve("a", [(1, 1000000.001), (2, 1000000.002), (3, 1000000.0015)])]).Draw(),
            new CurveChart("Log", "", "x", "y", [new Curve("a", [(1, 1e-290), (2, 0), (3, 1e290)])]) { Upwards = Axis.Log }.Draw(),
            new Bars("Bars", "", [.. Names.Select(static (name, i) => (name, i == 3 ? double.NaN : i / 9.0))]).Draw());
        page.Subheading(Names[1]);
        page.Pictures(Names.Select(static (name, i) =>
            (i == 2 ? null : PngPicture.DataUri([.. Enumerable.Range(0, 3 * 28 * 28).Select(k => k % 29 / 28f)], [3, 28, 28]), name,
                $"{name} taken for {name}")));
        return page;
    }

    public static ReliabilityBin[] Bins(double gap) => [.. Enumerable.Range(0, 10).Select(i =>
        new ReliabilityBin(i / 10.0, (i + 1) / 10.0, (i + 0.5) / 10, Math.Max(0, (i + 0.5) / 10 - gap), i == 2 ? 0 : 10 * i + 1))];
}
