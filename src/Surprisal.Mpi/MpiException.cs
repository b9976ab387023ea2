namespace Surprisal.Mpi;

/// <summary>MPI is not there, does not fit its launcher, or has failed; the message says so in one line, with MPI's own text.</summary>
public sealed class MpiException : Exception
{
    /// <summary>An error without a text.</summary>
    public MpiException()
    {
    }

    /// <summary>An error.</summary>
    /// <param name="message">What happened, and what to do.</param>
    public MpiException(string message) : base(message)
    {
    }

    /// <summary>An error that another caused.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public MpiException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
