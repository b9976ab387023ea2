using Surprisal.Metrics;
using Surprisal.Cli;
using Surprisal.Training;

namespace Surprisal.Tests.Cli;

/// <summary>Everything that is drawn fits the screen, whatever its width, and is ASCII where the locale is C's.</summary>
public sealed class LayoutTests
{
    private static readonly string[] names = ["0", "猫", "一个很长很长的类别名称，比屏幕还宽", "dog", "e\u0301clair", "👍 thumbs", "evil\u001b[2J\r\nname", "\u202Ereversed",
        "a very long name of a class that no terminal has room for, not even a wide one"];

    private static readonly (double Loss, double Accuracy)[] figures =
        [(0.1234, 0.9876), (0, 1), (2.302585, 0.1), (12345.678, 0), (1e30, 0.5), (double.NaN, double.NaN), (double.PositiveInfinity, 0)];

    public static TheoryData<bool> Locales => [true, false];

    [Theory]
    [MemberData(nameof(Locales))]
    public void Every_line_fits_every_width(bool ascii)
    {
        var counted = new ClassificationMetrics(new() { Classes = names.Length, Scores = ScoreKind.Logits });
        counted.Add<float, long>(Tensor.Ones<float>([3, names.Length]).ToArray(), [0, 1, 2]);
        var metrics = counted.Report();
        for (var columns = 20; columns <= 200; columns++)
        {
            var screen = new Screen(columns, ascii);
            foreach (var (loss, share) in figures)
            {
                foreach (var (epoch, epochs) in new[] { (1, 5), (20, 20), (1234, 100_000), (int.MaxValue, int.MaxValue) })
                {
                    AssertFits(TrainLines.Epoch(new(epoch, epochs, loss, share, loss, share, 123456.7), screen), screen);
                    AssertFits(TrainLines.Bar(new(epoch, epochs, 0.37, loss, share, 1e7, TimeSpan.FromHours(99)), screen),
                        screen with { Columns = columns - 1 });
                }
                foreach (var line in LossCurve.Draw([(3, 2), (loss, loss), (0.1, 0.2)], screen)) AssertFits(line, screen);
            }
            var table = TrainDisplay.Classes(names, metrics.Classes, screen).ToList();
            Assert.Equal(1 + names.Length, table.Count);
            foreach (var line in table) AssertFits(line, screen);
            // Every row ends in the same column, however wide its characters are.
            Assert.Single(table.Select(TerminalText.Width).Distinct());
        }
    }

    [Theory]
    [MemberData(nameof(Locales))]
    public void Drawings_keep_to_the_characters_of_the_locale(bool ascii)
    {
        var screen = new Screen(60, ascii);
        string[] drawn = [TrainLines.Bar(new(3, 20, 0.5, 0.5, 0.9, 100, TimeSpan.FromSeconds(5)), screen), .. LossCurve.Draw([(3, 2), (1, 1)], screen),
            new TextTable(screen with { Columns = 20 }, "class", ["a long name of a class"], 8, ("recall", 7)).Line("a long name of a class", "1")];
        Assert.Equal(ascii, drawn.All(static line => line.All(char.IsAscii)));
    }

    [Fact]
    public void A_file_gets_the_whole_line()
    {
        var screen = new Screen(null, false);
        Assert.Equal("epoch   3/20  loss 0.1234  accuracy  98.76 %  validation loss 0.2345  accuracy  91.20 %     1.5 s",
            TrainLines.Epoch(new(3, 20, 0.1234, 0.9876, 0.2345, 0.912, 1.5), screen));
        Assert.Equal([new string('x', 300) + " y"], screen.Wrap(new string('x', 300) + " y"));
    }

    [Theory]
    [InlineData(100, "epoch   3/20  loss 0.1234  accuracy  98.76 %  validation loss 0.2345  accuracy  91.20 %     1.5 s")]
    [InlineData(80, "epoch   3/20  loss 0.1234  98.76 %  validation 0.2345  91.20 %     1.5 s")]
    [InlineData(40, "  3/20  validation 0.2345  91.20 %")]
    [InlineData(20, "  3/20   91.20 %")]
    public void An_epoch_says_what_there_is_room_for(int columns, string line) =>
        Assert.Equal(line, TrainLines.Epoch(new(3, 20, 0.1234, 0.9876, 0.2345, 0.912, 1.5), new Screen(columns, false)));

    [Theory]
    [InlineData(106, "epoch 3/20  ############------------  50 %  loss 0.5000  accuracy  90.00 %      100 rows/s  0:01:05 left")]
    [InlineData(80, "epoch 3/20  ############------------  50 %  loss 0.5000  90.00 %  0:01:05 left")]
    [InlineData(40, "3/20  ######------  50 %  loss 0.5000")]
    [InlineData(20, "######------  50 %")]
    public void The_bar_says_what_there_is_room_for(int columns, string line) =>
        Assert.Equal(line, TrainLines.Bar(new(3, 20, 0.5, 0.5, 0.9, 100, TimeSpan.FromSeconds(65)), new Screen(columns + 4, true)));

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("猫", 2)]
    [InlineData("한글", 4)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("ﾊﾝｶｸ", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("👍", 2)]
    [InlineData("𠀀", 2)]
    [InlineData("a\u200Db", 2)]
    [InlineData("…━é", 3)]
    public void Width_is_counted_in_columns(string text, int columns) => Assert.Equal(columns, TerminalText.Width(text));

    [Theory]
    [InlineData("plain 猫 👍", "plain 猫 👍")]
    [InlineData("a\nb\tc", "a\\u000Ab\\u0009c")]
    [InlineData("\u001b[31mred\u009b0m", "\\u001B[31mred\\u009B0m")]
    [InlineData("x\u202Ey\u2028\u2066\uFEFF", "x\\u202Ey\\u2028\\u2066\\uFEFF")]
    public void What_moves_the_cursor_is_shown_escaped(string text, string shown) => Assert.Equal(shown, TerminalText.Escape(text));

    [Fact]
    public void Half_a_character_is_shown_escaped() => Assert.Equal("half \\uD83D.", TerminalText.Escape("half " + (char)0xD83D + "."));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("猫猫猫", 5, "猫猫…")]
    [InlineData("猫猫猫", 4, "猫…")]
    [InlineData("abc", 1, ".")]
    public void What_does_not_fit_is_cut_with_a_mark(string text, int columns, string cut) => Assert.Equal(cut, TerminalText.Cut(text, columns, ascii: false));

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("a /long/path/that/stays b", 6, "a|/long/path/that/stays|b")]
    [InlineData("猫 猫 猫", 5, "猫 猫|猫")]
    [InlineData("", 5, "")]
    public void Sentences_are_broken_between_words(string text, int columns, string lines) =>
        Assert.Equal(lines, string.Join('|', TerminalText.Wrap(text, columns)));

    [Theory]
    [InlineData("C", null, "en_US.UTF-8", true)]
    [InlineData("POSIX", null, null, true)]
    [InlineData("", "C", "en_US.UTF-8", true)]
    [InlineData(null, null, null, true)]
    [InlineData(null, null, "de_DE.ISO-8859-1", true)]
    [InlineData("C.UTF-8", null, null, false)]
    [InlineData("zh_CN.utf8", "C", "C", false)]
    [InlineData(null, null, "en_US.UTF-8", false)]
    public void The_locale_names_the_characters(string? all, string? type, string? language, bool ascii) =>
        Assert.Equal(ascii, Screen.IsAsciiLocale(name => name switch { "LC_ALL" => all, "LC_CTYPE" => type, "LANG" => language, _ => null }));

    private static void AssertFits(string line, Screen screen)
    {
        Assert.True(TerminalText.Width(line) <= screen.Columns, $"{TerminalText.Width(line)} columns on a screen of {screen.Columns}: {line}");
        Assert.DoesNotContain(line, static character => char.IsControl(character));
    }
}
