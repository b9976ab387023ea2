namespace Surprisal;

/// <summary>The bytes of a portable anymap in order, and the whole numbers that they spell.</summary>
internal sealed class PnmBytes(Stream file, string name)
{
    private readonly byte[] buffer = new byte[1 << 14];
    private readonly long length = file.Length;
    private int next, end;

    /// <summary>The bytes that were not taken yet.</summary>
    public long Left => length - file.Position + end - next;

    public bool IsAtSpace => Peek() is ' ' or '\t' or '\r' or '\n' or '\v' or '\f';

    public int Take()
    {
        var value = Peek();
        if (value < 0) throw new InvalidDataException($"{name}: truncated: the file ends at byte {length}.");
        next++;
        return value;
    }

    /// <summary>The next whole number; stops before the byte that ends it. A # begins a comment up to the end of the line.</summary>
    public int Number(string what, long number = 0, long of = 0)
    {
        SkipSpace();
        var (digits, value) = (0, 0);
        for (; Peek() is >= '0' and <= '9'; digits++)
        {
            if (value > (int.MaxValue - 9) / 10) throw new InvalidDataException($"{name}: {What()} has too many digits.");
            value = value * 10 + (Take() - '0');
        }
        if (digits == 0 && Left == 0) throw new InvalidDataException($"{name}: truncated: the file ends before {What()}.");
        if (digits == 0 || (Left > 0 && !IsAtSpace && Peek() != '#'))
            throw new InvalidDataException($"{name}: {What()} is not a whole number: byte {length - Left} is 0x{Peek():X2}.");
        SkipComment();
        return value;

        string What() => of == 0 ? what : $"{what} {number} of {of}";
    }

    public void SkipSpace()
    {
        while (IsAtSpace || Peek() == '#')
            if (IsAtSpace) next++;
            else SkipComment();
    }

    /// <summary>From a # to the end of its line; elsewhere nothing.</summary>
    private void SkipComment()
    {
        if (Peek() != '#') return;
        while (Peek() is not ('\n' or '\r' or -1)) next++;
    }

    /// <summary>The next byte, not taken; -1 at the end.</summary>
    private int Peek()
    {
        if (next == end) (next, end) = (0, file.Read(buffer));
        return end == 0 ? -1 : buffer[next];
    }
}
