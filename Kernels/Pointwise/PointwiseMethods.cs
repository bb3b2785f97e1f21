using System.Collections.Concurrent;
using System.Reflection;
using GpuNN.Pointwise;

namespace GpuNN.Kernels;

/// <summary>
/// Finds the closed method that a line of a pointwise program calls. Code that is compiled for a device must call these
/// directly: ILGPU cannot read the default body of <see cref="IPointwise.Slope{T}"/>.
/// </summary>
public static class PointwiseMethods
{
    private static readonly ConcurrentDictionary<(Type, PointwisePart, Type), MethodInfo> Methods = new();
    private static readonly ConcurrentDictionary<Type, Type> Slopes = new();

    /// <summary>The method of a function's part, closed over a lane; arguments and result are of that lane.</summary>
    /// <param name="function">A public struct that implements one of the pointwise interfaces.</param>
    /// <param name="part">Its value or its slope.</param>
    /// <param name="lane">A type that implements <see cref="ILane{T}"/>.</param>
    public static MethodInfo Resolve(Type function, PointwisePart part, Type lane) =>
        Methods.GetOrAdd((function, part, lane), static key => Find(Settle(key.Item1), key.Item2).MakeGenericMethod(key.Item3));

    /// <summary>The type whose value is the slope of a one-argument function, so that slopes can be differentiated again.</summary>
    public static Type SlopeOf(Type function) => Slopes.GetOrAdd(function, static key =>
    {
        var settled = Settle(key);
        Check(settled, PointwisePart.Slope);
        return (StatesSlope(settled) ? typeof(SlopeOf<>) : typeof(DualSlopeOf<>)).MakeGenericType(settled);
    });

    /// <summary>How many arguments a part takes.</summary>
    public static int Arguments(Type function, PointwisePart part)
    {
        Check(function, part);
        return part == PointwisePart.Slope ? 2
            : typeof(IPointwise).IsAssignableFrom(function) ? 1
            : typeof(IPointwisePair).IsAssignableFrom(function) ? 2 : 4;
    }

    // SlopeOf<F> written by hand where F states no slope means the slope by dual numbers.
    private static Type Settle(Type function) =>
        function.IsConstructedGenericType && function.GetGenericTypeDefinition() == typeof(SlopeOf<>)
            ? SlopeOf(function.GetGenericArguments()[0])
            : function;

    private static MethodInfo Find(Type function, PointwisePart part)
    {
        var arguments = Arguments(function, part);
        if (part == PointwisePart.Slope && !StatesSlope(function))
            return typeof(DualSlopeOf<>).MakeGenericType(function).GetMethod(nameof(DualSlopeOf<Identity>.Given))!;
        return Declared(function, part.ToString(), arguments) ?? throw new ArgumentException(
            $"{function.Name} hides its {part}: implement it as a public method, not as an explicit interface member.");
    }

    private static bool StatesSlope(Type function) => Declared(function, nameof(PointwisePart.Slope), 2) is not null;

    private static MethodInfo? Declared(Type function, string name, int arguments) =>
        function.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).SingleOrDefault(method =>
            method.Name == name && method.IsGenericMethodDefinition && method.GetParameters().Length == arguments);

    private static void Check(Type function, PointwisePart part)
    {
        var one = typeof(IPointwise).IsAssignableFrom(function);
        var some = one || typeof(IPointwisePair).IsAssignableFrom(function) || typeof(IPointwiseChoice).IsAssignableFrom(function);
        if (!function.IsValueType || !some)
        {
            throw new ArgumentException(
                $"A pointwise function is a struct that implements IPointwise, IPointwisePair or IPointwiseChoice, but got {function}.");
        }

        if (!function.IsVisible)
        {
            throw new ArgumentException(
                $"A pointwise function must be public, because device code is compiled from it, but {function} is not. "
                + "Make the struct and every type around it public.");
        }

        if (part == PointwisePart.Slope && !one)
        {
            throw new ArgumentException(
                $"Only a function of one number has a slope, but {function.Name} takes more. Write its gradient out of other functions.");
        }
    }
}
