namespace GpuNN.Operations;

/// <summary>
/// The gradient rule of an operation that has a formula of plain operations: the formula is differentiated in its place. For
/// second and higher order, where speed does not matter.
/// </summary>
internal static class Composed
{
    /// <summary>Gradients of the formula by its operands.</summary>
    /// <param name="formula">The formula, from the operands.</param>
    /// <param name="x">The operands.</param>
    /// <param name="dy">The gradient of the formula's result.</param>
    public static Tensor[] Gradients(Func<Tensor[], Tensor> formula, Tensor[] x, Tensor dy)
    {
        // Operands under other names, so that the walk ends at them where one was computed from another.
        var own = Array.ConvertAll(x, tensor => (Tensor)Graph.Node(new Reshape(tensor.Shape), tensor));
        return ReverseWalk.Gradients(formula(own), own, dy);
    }
}
