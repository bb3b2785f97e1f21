namespace GpuNN;

/// <summary>A layer that knows how many numbers an item has before and behind it, so that a chain can be checked when it is built.</summary>
internal interface IWidths
{
    /// <summary>Numbers an item must have; null if any will do.</summary>
    int? Inputs { get; }

    /// <summary>Numbers an item has behind the layer; null if that depends on what comes.</summary>
    int? Outputs { get; }
}

/// <summary>A layer whose output has the shape of its input.</summary>
internal interface IKeepsShape;
