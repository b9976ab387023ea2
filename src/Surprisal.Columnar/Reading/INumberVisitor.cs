namespace Surprisal.Columnar;

/// <summary>Code that needs the type of the numbers of a buffer.</summary>
internal interface INumberVisitor
{
    void Visit<T>(NumbersOf<T> buffer)
        where T : unmanaged;
}
