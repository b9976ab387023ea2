using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Surprisal.Cli.Loss;
using Surprisal.Tests.Losses;

namespace Surprisal.Tests.Cli.Loss;

/// <summary>The command has every loss of the library and every option of it: the table in its code is compared with the library itself.</summary>
public sealed class LossTableTests
{
    /// <summary>A text for each option, and the value that the property then has.</summary>
    private static readonly Dictionary<string, (string Text, object Value)> given = new(StringComparer.Ordinal)
    {
        ["Reduction"] = ("sum", Reduction.Sum), ["Normalizer"] = ("7.5", 7.5), ["WhenEmpty"] = ("zero", EmptyMean.Zero),
        ["IgnoreIndex"] = ("-1", -1L), ["LabelSmoothing"] = ("0.2", 0.2), ["SmoothingWeight"] = ("per-target", SmoothingWeight.PerTarget),
        ["ZeroTimesInfinityIsZero"] = ("", true), ["ZLoss"] = ("3e-1", 0.3), ["SoftCap"] = ("1.5", 1.5), ["Temperature"] = ("2", 2.0),
        ["Prior"] = ("0.2,0.5,0.3", ClassWeights.Create([0.2, 0.5, 0.3])), ["PriorStrength"] = ("-0.5", -0.5), ["Alpha"] = ("1", 1.0),
        ["Gamma"] = ("1.5", 1.5), ["PosWeight"] = ("2,3,0.5", ElementWeights.Create([2, 3, 0.5])), ["LogTarget"] = ("", true),
        ["Smooth"] = ("0.25", 0.25), ["Absent"] = ("count", AbsentClasses.Count), ["PerImage"] = ("", true), ["Squared"] = ("", true),
        ["Delta"] = ("0.3", 0.3), ["Beta"] = ("0", 0.0),
    };

    /// <summary>All but those of a layer's weight, which is a third file: surprisal evaluate --hidden takes it.</summary>
    public static TheoryData<Type> Losses =>
        new(typeof(Surprisal.Loss).Assembly.GetExportedTypes().Where(static type =>
            type.IsSubclassOf(typeof(Surprisal.Loss)) && !type.IsAbstract && !EveryLoss.TypesOfLayers.Contains(type)));

    [Fact]
    public void Every_loss_is_there_under_its_name() =>
        Assert.Equal(Losses.Select(static row => LossCall.Name(row.Data)).Order(StringComparer.Ordinal),
            LossTable.All.Select(static entry => entry.Name).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Losses))]
    public void Every_property_is_an_option(Type loss)
    {
        var entry = Entry(loss);
        Assert.Equal(Activator.CreateInstance(loss), entry.Plain);
        Assert.Equal(Properties(loss).Select(static property => LossCall.Option(property.Name)).Order(StringComparer.Ordinal),
            entry.Settings.Select(static setting => setting.Option.Name).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Losses))]
    public void An_option_sets_its_property_and_no_other(Type loss)
    {
        foreach (var property in Properties(loss))
        {
            var (text, value) = property.Name != "Weight" ? given[property.Name]
                : ("1,2,0.5", property.PropertyType == typeof(ClassWeights) ? ClassWeights.Create([1, 2, 0.5]) : ElementWeights.Create([1, 2, 0.5]));
            var setting = Entry(loss).Settings.Single(setting => setting.Option.Name == LossCall.Option(property.Name));
            var parsed = new RootCommand { setting.Option }.Parse(text.Length == 0 ? [setting.Option.Name] : [setting.Option.Name, text]);
            Assert.Empty(parsed.Errors);
            var made = setting.Apply(Entry(loss).Plain, parsed);
            Assert.Equal(value, property.GetValue(made));
            Assert.NotEqual(value, property.GetValue(Entry(loss).Plain));
            foreach (var other in Properties(loss).Where(other => other.Name != property.Name))
                Assert.Equal(other.GetValue(Entry(loss).Plain), other.GetValue(made));
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_choice_offers_what_the_property_takes(Type loss)
    {
        foreach (var property in Properties(loss).Where(static property => property.PropertyType.IsEnum))
        {
            var words = Setting(loss, property).HelpName!.Split('|');
            var taken = Enum.GetValues(property.PropertyType).Cast<object>().Where(value => Takes(property, Activator.CreateInstance(loss)!, value));
            Assert.Equal(taken.Select(static value => value.ToString()!.ToLowerInvariant()).Order(StringComparer.Ordinal),
                words.Select(static word => word.Replace("-", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void The_help_gives_the_defaults(Type loss)
    {
        foreach (var property in Properties(loss))
        {
            var description = Setting(loss, property).Description!;
            if (property.GetValue(Activator.CreateInstance(loss)) is not { } value)
                Assert.Matches(@" \[default: (none|no cap|all 1)\]$", description);
            else if (value is false) Assert.DoesNotContain("default", description, StringComparison.Ordinal);
            else
            {
                var text = value is Enum ? value.ToString()!.ToLowerInvariant() : ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
                Assert.EndsWith($" [default: {text}]", description.Replace("per-class", "perclass", StringComparison.Ordinal), StringComparison.Ordinal);
            }
        }
    }

    private static LossEntry Entry(Type loss) => LossTable.All.Single(entry => entry.Name == LossCall.Name(loss));

    private static Option Setting(Type loss, PropertyInfo property) =>
        Entry(loss).Settings.Single(setting => setting.Option.Name == LossCall.Option(property.Name)).Option;

    private static IEnumerable<PropertyInfo> Properties(Type loss) => loss.GetProperties().Where(static property => property.SetMethod is { IsPublic: true });

    private static bool Takes(PropertyInfo property, object loss, object value)
    {
        try
        {
            property.SetValue(loss, value);
            return true;
        }
        catch (TargetInvocationException)
        {
            return false;
        }
    }
}
