using GpuNN.Cells;

namespace GpuNN.Operations;

/// <summary>What the operations of recurrent layers share.</summary>
internal static class Recurrences
{
    /// <summary>States that a cell hands on: 1, or 2 with its cells.</summary>
    public static int States<TCell>() where TCell : struct, IRecurrentCell => TCell.HasCell ? 2 : 1;

    /// <summary>The name of a cell in messages and plans.</summary>
    public static string NameOf<TCell>() => typeof(TCell).Name.Split('`')[0];

    /// <summary>Throws where operands are not floats, or lengths not integers.</summary>
    public static void CheckKinds(Operation operation, ReadOnlySpan<Tensor> x, int lengths)
    {
        for (var i = 0; i < x.Length; i++)
            if (x[i].Kind != (i == lengths ? ElementKind.Int : ElementKind.Float))
                throw new ShapeException($"{operation.Name}: needs {(i == lengths ? "integers as lengths" : $"floats as operand {i}")}, but got {x[i]}.\nDeclare lengths with graph.Labels and everything else with graph.Input.");
    }
}
