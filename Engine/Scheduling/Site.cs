namespace GpuNN;

/// <summary>What a function's launches share, those inside its loops too.</summary>
/// <param name="Constants">Constants of its pointwise programs.</param>
/// <param name="Checks">The checks it makes.</param>
/// <param name="Watch">What stops it at the first number that is not finite, if it is asked to.</param>
internal sealed record Site(ConstantPool Constants, Checks Checks, BadValueWatch? Watch)
{
    /// <summary>Whether neighbouring pointwise nodes are joined.</summary>
    public bool Fuses => Watch is null && (Checks & Checks.Unfused) == 0;

    /// <summary>Whether a program may write over its operands.</summary>
    public bool InPlace => Watch is null;
}
