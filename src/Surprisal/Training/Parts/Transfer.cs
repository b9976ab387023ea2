namespace Surprisal.Training;

/// <summary>Bytes on their way between processes.</summary>
public abstract class Transfer
{
    /// <summary>Lets it go on, and tells whether it has ended; needed now and then, for nothing moves by itself.</summary>
    public abstract bool Test();

    /// <summary>Returns when it has ended.</summary>
    public abstract void Wait();
}
