namespace Surprisal;

/// <summary>What information is measured in.</summary>
public enum InformationUnit
{
    /// <summary>Natural logarithms, as every loss here. The default.</summary>
    Nats,

    /// <summary>Logarithms to base 2: 1 bit is ln 2 = 0.6931... nats, the surprise of a fair coin.</summary>
    Bits,
}
