namespace GpuNN;

/// <summary>A model that writes step by step and can be told what is right while it writes: see <see cref="TeacherForcing"/>.</summary>
public interface ITaught
{
    /// <summary>Logits of every step, each given the right tokens before it, or its own.</summary>
    /// <param name="input">What it answers (batch, item...).</param>
    /// <param name="target">The right tokens (batch, steps).</param>
    /// <param name="share">How often a step is given the right token and not its own, in [0, 1].</param>
    Tensor Teach(Tensor input, Tensor target, float share);
}
