using System.Globalization;
using System.Text;

namespace GpuNN.Peers;

/// <summary>One flat JSON object, written by hand so that the field order is fixed.</summary>
sealed class BenchmarkLine
{
    readonly StringBuilder _s = new("{");

    BenchmarkLine Key(string k)
    {
        if (_s.Length > 1) _s.Append(", ");
        _s.Append('"').Append(k).Append("\": ");
        return this;
    }

    public BenchmarkLine Add(string k, string v)
    {
        Key(k);
        _s.Append('"').Append(v.Replace("\\", "\\\\").Replace("\"", "'")).Append('"');
        return this;
    }

    public BenchmarkLine Add(string k, long v) { Key(k); _s.Append(v); return this; }

    public BenchmarkLine Add(string k, double v)
    {
        Key(k);
        if (!double.IsFinite(v)) { _s.Append('"').Append(v.ToString(CultureInfo.InvariantCulture)).Append('"'); return this; }
        // five significant digits, and no exponent for the numbers that occur here
        double scale = v == 0 ? 1 : Math.Pow(10, 4 - Math.Floor(Math.Log10(Math.Abs(v))));
        double r = scale is > 0 and < 1e15 ? Math.Round(v * scale) / scale : v;
        _s.Append(r.ToString("0.##########", CultureInfo.InvariantCulture));
        return this;
    }

    public string End() => _s.Append('}').ToString();
}
