namespace Surprisal.Cli.Models;

/// <summary>What the outputs of a model say.</summary>
internal enum ModelTask
{
    /// <summary>Which class: a logit each.</summary>
    Classes,

    /// <summary>Which of two classes: one logit, of the second.</summary>
    Binary,

    /// <summary>Whether each label is the case: a logit each.</summary>
    Labels,

    /// <summary>Which class each pixel is of: a plane of logits each.</summary>
    Pixels,

    /// <summary>Which token comes next, after each: a logit each.</summary>
    Text,
}
