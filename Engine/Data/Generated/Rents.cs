using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// A table like those that people keep: rents of flats, with numbers, categories, gaps, an identifier, a constant and free text.
/// rent = (4 + 3 exp(-distance / 4) + district) area^0.9 (1 - 0.25 age factor) + 40 balcony - 15 floor where there is no lift, plus
/// N(0, noise). The age factor is 1 - exp(-(2020 - year) / 30), halved where heating is "district". A fifth of the years and a
/// twentieth of the heatings are gaps. Area in m2, distance in km, rent a month.
/// </summary>
public static class Rents
{
    private const double GapsOfYear = 0.2;
    private const double GapsOfHeating = 0.05;

    private static readonly string[] districts = ["harbour", "hill", "old town", "park", "station"];
    private static readonly double[] premiums = [1.5, 2.5, 3, 2, 0];
    private static readonly string[] heatings = ["district", "gas", "oil"];

    /// <summary>Draws flats; flat i depends on (seed, i) alone.</summary>
    /// <param name="count">Number of flats.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="noise">Standard deviation of the noise, in the unit of the rent.</param>
    public static CsvTable Draw(int count = 2_000, ulong seed = 0, double noise = 30)
    {
        double[] area = new double[count], distance = new double[count], year = new double[count], floor = new double[count], rent = new double[count];
        string?[] district = new string?[count], heating = new string?[count], lift = new string?[count], balcony = new string?[count], street = new string?[count];
        var key = Streams.Key(seed, "rents");
        for (var row = 0; row < count; row++)
        {
            var random = new Philox(key, (ulong)row);
            area[row] = Math.Round(25 + 95 * random.NextFloat());
            distance[row] = Math.Round(12 * random.NextFloat(), 1);
            year[row] = Math.Round(1900 + 120 * (double)random.NextFloat());
            floor[row] = random.NextInt(7);
            var place = random.NextInt(districts.Length);
            var heat = random.NextInt(heatings.Length);
            var (hasLift, hasBalcony) = (random.NextFloat() < 0.5f, random.NextFloat() < 0.4f);
            var age = (1 - Math.Exp((year[row] - 2020) / 30)) * (heat == 0 ? 0.5 : 1);
            rent[row] = Math.Round(
                (4 + 3 * Math.Exp(-distance[row] / 4) + premiums[place]) * Math.Pow(area[row], 0.9) * (1 - 0.25 * age)
                + (hasBalcony ? 40 : 0) - (hasLift ? 0 : 15 * floor[row]) + noise * random.NextNormal(), 2);
            district[row] = districts[place];
            heating[row] = random.NextFloat() < GapsOfHeating ? null : heatings[heat];
            lift[row] = hasLift ? "yes" : "no";
            balcony[row] = hasBalcony ? "yes" : "no";
            street[row] = $"{districts[place]} street {1 + random.NextInt(10 * count)}";
            if (random.NextFloat() < GapsOfYear)
                year[row] = double.NaN;
        }
        return new CsvTable(
        [
            CsvColumn.OfNumbers("id", [.. Enumerable.Range(1, count).Select(number => (double)number)]),
            CsvColumn.OfCategories("street", street),
            CsvColumn.OfCategories("country", [.. Enumerable.Repeat("here", count)]),
            CsvColumn.OfCategories("district", district),
            CsvColumn.OfNumbers("area", area),
            CsvColumn.OfNumbers("distance", distance),
            CsvColumn.OfNumbers("year", year),
            CsvColumn.OfNumbers("floor", floor),
            CsvColumn.OfCategories("lift", lift),
            CsvColumn.OfCategories("balcony", balcony),
            CsvColumn.OfCategories("heating", heating),
            CsvColumn.OfNumbers("rent", rent),
        ]);
    }
}
