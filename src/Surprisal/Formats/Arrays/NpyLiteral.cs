using System.Text;

namespace Surprisal;

/// <summary>
/// The literal in the header of a .npy file: a dict of Python with exactly descr, fortran_order and shape. What every writer makes is
/// read, and nothing else that Python would take (comments, escapes, sums): no writer makes it.
/// </summary>
/// <param name="text">The header.</param>
/// <param name="start">Its position in the file, for messages.</param>
/// <param name="name">The file.</param>
/// <param name="allowsLong">Whether sizes may be written as Python 2 did, 6L.</param>
internal sealed class NpyLiteral(byte[] text, int start, string name, bool allowsLong)
{
    private const int MaxAxes = 32, MaxDigits = 19;

    private int at;

    /// <exception cref="InvalidDataException">Anything else stands there.</exception>
    public (string Description, bool IsFortran, long[] Shape) Parse()
    {
        string? description = null;
        bool? isFortran = null;
        long[]? shape = null;
        Expect('{');
        while (Peek() != '}')
        {
            Blanks();
            var place = at;
            var key = String("a key");
            Expect(':');
            var isNew = key switch
            {
                "descr" => description is null && (description = Description()) is not null,
                "fortran_order" => isFortran is null && (isFortran = Truth()) is not null,
                "shape" => shape is null && (shape = Sizes()) is not null,
                _ => throw Wrong(place, "descr, fortran_order or shape"),
            };
            if (!isNew)
                throw new InvalidDataException(
                    $"{name}: the header of the array has {key} twice, the second time at byte {start + place}.");
            if (Peek() != '}') Expect(',');
        }
        Expect('}');
        Blanks();
        if (at < text.Length) throw Wrong(at, "the end of the header");
        return (description ?? throw Lacks("descr"), isFortran ?? throw Lacks("fortran_order"), shape ?? throw Lacks("shape"));
    }

    /// <summary>The type; of a list or a tuple only that it is one.</summary>
    private string Description() => Peek() switch
    {
        '[' => throw new InvalidDataException($"{name} holds records of several fields (structured); numbers of one type were expected."),
        '(' => throw new InvalidDataException($"{name} holds arrays as elements (subarray); numbers of one type were expected."),
        _ => String("a type, as '<f4',"),
    };

    private bool Truth()
    {
        Blanks();
        var rest = text.AsSpan(at);
        if (!rest.StartsWith("True"u8) && !rest.StartsWith("False"u8)) throw Wrong(at, "True or False");
        at += rest[0] == 'T' ? 4 : 5;
        return rest[0] == 'T';
    }

    private long[] Sizes()
    {
        var sizes = new List<long>();
        Expect('(');
        var place = at;
        while (Peek() != ')')
        {
            if (sizes.Count == MaxAxes)
                throw new InvalidDataException(
                    $"{name}: the shape has more than {MaxAxes} axes at byte {start + at}; NumPy has none of them.");
            sizes.Add(Size());
            if (Peek() != ')') Expect(',');
            else if (sizes.Count == 1 && LastMark() != ',') throw Wrong(at, "a comma (one size alone is no tuple)");
        }
        Expect(')');
        return StoredShape.Length(sizes) is null
            ? throw new InvalidDataException(
                $"{name}: the shape {StoredShape.Format(sizes)} at byte {start + place - 1} is more than any file holds.")
            : [.. sizes];
    }

    private long Size()
    {
        Blanks();
        var place = at;
        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
        var digits = text.AsSpan(place, at - place);
        if (digits.IsEmpty) throw Wrong(place, "a size of 0 or more");
        if (digits is [(byte)'0', _, ..]) throw Wrong(place, "a size without leading zeros");
        if (digits.Length > MaxDigits || !long.TryParse(digits, out var size))
            throw new InvalidDataException($"{name}: the size at byte {start + place} of the shape is more than {long.MaxValue}.");
        if (allowsLong && at < text.Length && text[at] == 'L') at++;
        return size;
    }

    private string String(string expected)
    {
        Blanks();
        var place = at;
        if (at < text.Length && text[at] == 'u') at++;
        if (at >= text.Length || text[at] is not ((byte)'\'' or (byte)'"')) throw Wrong(place, expected + " in quotes");
        var quote = text[at++];
        var first = at;
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] is < (byte)' ' or > (byte)'~' or (byte)'\\') throw Wrong(at, "a plain character");
            at++;
        }
        if (at == text.Length) throw Wrong(at, "the quote at the end");
        return Encoding.ASCII.GetString(text, first, at++ - first);
    }

    private void Expect(char mark)
    {
        if (Peek() != mark) throw Wrong(at, $"'{mark}'");
        at++;
    }

    /// <summary>The next character that is no blank; 0 at the end.</summary>
    private char Peek()
    {
        Blanks();
        return at < text.Length ? (char)text[at] : '\0';
    }

    private void Blanks()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\n') at++;
    }

    private char LastMark()
    {
        var last = at - 1;
        while (text[last] is (byte)' ' or (byte)'\t' or (byte)'\n') last--;
        return (char)text[last];
    }

    private InvalidDataException Lacks(string key) => new($"{name}: the header of the array has no {key}.");

    private InvalidDataException Wrong(int place, string expected)
    {
        var found = place >= text.Length ? "the header ends"
            : text[place] is > (byte)' ' and <= (byte)'~' ? $"'{(char)text[place]}' stands there"
            : $"the byte {text[place]:X2} stands there";
        return new InvalidDataException(
            $"{name}: the header of the array is damaged at byte {start + place}: {found}, {expected} was expected.");
    }
}
