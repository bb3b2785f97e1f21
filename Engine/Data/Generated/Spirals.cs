namespace GpuNN;

/// <summary>
/// Two spirals that wind around each other three times: i = 0 .. 96, angle a = i pi / 16, radius r = 6.5 (104 - i) / 104;
/// class 1 is (r sin a, r cos a), class 0 its negative.
/// Shapes: items (2), 194 samples.
/// Source: Lang and Witbrock (1988), "Learning to tell two spirals apart".
/// </summary>
public static class Spirals
{
    /// <summary>The points of the task.</summary>
    public static DataSet Train => Points(shift: 0);

    /// <summary>The points half way between them along each spiral: i + 0.5.</summary>
    public static DataSet Test => Points(shift: 0.5);

    private static DataSet Points(double shift)
    {
        const int PerClass = 97;
        var inputs = new float[2 * PerClass * 2];
        var labels = new int[2 * PerClass];
        for (var i = 0; i < PerClass; i++)
        {
            var (sin, cos) = Math.SinCos((i + shift) * Math.PI / 16);
            var r = 6.5 * (104 - (i + shift)) / 104;
            for (var label = 0; label < 2; label++)
            {
                var sample = 2 * i + label;
                var sign = label == 1 ? 1 : -1;
                labels[sample] = label;
                inputs[2 * sample] = (float)(sign * r * sin);
                inputs[2 * sample + 1] = (float)(sign * r * cos);
            }
        }
        return DataSet.WithLabels(inputs, [2], labels, classes: 2);
    }
}
