using System.Globalization;
using System.Text;

namespace Surprisal.Cli.Evaluate;

/// <summary>The classes as CSV, RFC 4180: a comma, a point, LF; NaN, Infinity and -Infinity as words.</summary>
internal static class ClassCsv
{
    public static string Format(EvaluationView view)
    {
        var text = new StringBuilder("class,name,support,predicted,hits,precision,recall,f1,iou,loss,auc,ap_lower,ap_upper,ece\n");
        foreach (var c in view.Classes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{c.Class},{CsvText.Quote(view.NameOf(c.Class))}");
            foreach (var number in (double[])[c.Support, c.Predicted, c.Hits, c.Precision, c.Recall, c.F1, c.Iou, c.Loss, c.Auc,
                c.AveragePrecision.Lower, c.AveragePrecision.Upper, c.Ece])
                text.Append(',').Append(number.ToString("R", CultureInfo.InvariantCulture));
            text.Append('\n');
        }
        return text.ToString();
    }
}
