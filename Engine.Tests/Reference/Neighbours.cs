namespace GpuNN.Tests;

/// <summary>Classification by the nearest training sample.</summary>
internal static partial class Reference
{
    /// <summary>The share of a set that gets another label than its nearest training sample, by the Euclidean distance.</summary>
    public static double NearestNeighbourError(DataSet train, DataSet set)
    {
        var wrong = 0;
        for (var row = 0; row < set.Count; row++)
        {
            var (nearest, least) = (0, double.PositiveInfinity);
            for (var other = 0; other < train.Count; other++)
            {
                var x = set.Item(row);
                var y = train.Item(other);
                double distance = 0;
                for (var c = 0; c < x.Length; c++)
                    distance += ((double)x[c] - y[c]) * ((double)x[c] - y[c]);
                if (distance < least)
                    (nearest, least) = (other, distance);
            }
            wrong += train.Labels.Span[nearest] == set.Labels.Span[row] ? 0 : 1;
        }
        return (double)wrong / set.Count;
    }
}
