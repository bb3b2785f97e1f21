namespace GpuNN.Kernels;

/// <summary>
/// A stretch of a program's lines that the host runs as one loop. The JIT stops inlining in a method of more than 512 locals, and a
/// long dependent chain leaves the processor waiting, so a long program is cut; values that cross a cut go through scratch rows in the cache.
/// </summary>
/// <param name="First">Its first line.</param>
/// <param name="Last">One behind its last line.</param>
internal sealed record ProgramPart(int First, int Last)
{
    // Measured: 4 tanh in one loop take 2.5 ns an element, 8 take 7 to 12; one takes 0.4.
    private const int MostInstructions = 48;

    /// <summary>Values it reads that its lines do not make: leaves, constants, and results of earlier parts.</summary>
    public List<int> Reads { get; } = [];

    /// <summary>Places of the outputs that it stores.</summary>
    public List<int> Outputs { get; } = [];

    /// <summary>Values it makes that a later part reads.</summary>
    public List<int> Kept { get; } = [];

    /// <summary>Cuts a program and says which scratch row holds each value that crosses a cut.</summary>
    public static (ProgramPart[] Parts, Dictionary<int, int> Scratch, int Rows) Cut(PointwiseProgram program)
    {
        var parts = Stretches(program);
        var firstLine = program.Leaves.Length + program.Constants;
        int Maker(int value) => value < firstLine ? -1 : Array.FindIndex(parts, part => value - firstLine < part.Last);

        foreach (var part in parts)
            for (var line = part.First; line < part.Last; line++)
                foreach (var argument in program.Lines[line].Arguments)
                    Read(part, argument);

        // An output may be the memory of a Full leaf: it is stored when no part after reads one. Outputs that are leaves are read at the very end.
        var lastLoad = Array.Exists(program.Outputs, output => output < program.Leaves.Length)
            ? parts.Length - 1
            : Array.FindLastIndex(parts, part => part.Reads.Exists(value => value < program.Leaves.Length && program.Leaves[value] == LeafKind.Full));
        for (var k = 0; k < program.Outputs.Length; k++)
        {
            var storing = Math.Max(0, Math.Max(lastLoad, Maker(program.Outputs[k])));
            parts[storing].Outputs.Add(k);
            Read(parts[storing], program.Outputs[k]);
        }

        return Rows(parts, firstLine);

        void Read(ProgramPart part, int value)
        {
            var maker = Maker(value);
            if (maker >= 0 && parts[maker] == part)
                return;
            if (!part.Reads.Contains(value))
                part.Reads.Add(value);
            if (maker >= 0 && !parts[maker].Kept.Contains(value))
                parts[maker].Kept.Add(value);
        }
    }

    private static ProgramPart[] Stretches(PointwiseProgram program)
    {
        var costs = program.Lines.Select(line => PointwiseCost.Of(line.Function, line.Part).Instructions).ToArray();
        var total = costs.Sum();
        var even = total / (float)Math.Max(1, (total + MostInstructions - 1) / MostInstructions);
        var parts = new List<ProgramPart>();
        var (first, cost) = (0, 0f);
        for (var line = 0; line < costs.Length; line++)
        {
            // Cut where that comes nearer to an even share.
            if (line > first && cost + costs[line] / 2f > even)
            {
                parts.Add(new(first, line));
                (first, cost) = (line, 0f);
            }

            cost += costs[line];
        }

        parts.Add(new(first, costs.Length));
        return [.. parts];
    }

    // A row is free again behind the last part that reads its value.
    private static (ProgramPart[] Parts, Dictionary<int, int> Scratch, int Rows) Rows(ProgramPart[] parts, int firstLine)
    {
        var scratch = new Dictionary<int, int>();
        var free = new Stack<int>();
        var rows = 0;
        for (var p = 0; p < parts.Length; p++)
        {
            foreach (var value in parts[p].Kept)
                scratch[value] = free.TryPop(out var row) ? row : rows++;
            foreach (var value in parts[p].Reads)
                if (value >= firstLine && !parts.Skip(p + 1).Any(part => part.Reads.Contains(value)))
                    free.Push(scratch[value]);
        }

        return (parts, scratch, rows);
    }
}
