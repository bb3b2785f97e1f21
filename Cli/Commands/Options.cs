using System.CommandLine;
using System.Globalization;

namespace GpuNN.Cli;

/// <summary>The options that several commands share, so that they mean the same everywhere.</summary>
public static class Options
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary><c>--device D</c>.</summary>
    public static Option<string?> Device() => new("--device")
    {
        Description = "cpu, cuda:0, opencl:0 or ilgpu-cpu; without it CUDA, else an OpenCL GPU, else the CPU.",
        HelpName = "D",
    };

    /// <summary><c>--set NAME=VALUE</c>, as often as wanted.</summary>
    public static Option<Dictionary<string, string>> Settings() => new("--set")
    {
        Description = "A setting of the recipe's own, such as target=mpg; gpunn list names them. Can be given several times.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var settings = new Dictionary<string, string>();
            foreach (var token in result.Tokens)
                if (token.Value.Split('=', 2) is not [{ Length: > 0 } name, var value])
                    result.AddError($"--set must be NAME=VALUE, but is {token.Value}.");
                else if (!settings.TryAdd(name, value))
                    result.AddError($"--set must choose each setting once, but {name} comes twice.");
            return settings;
        },
    };

    /// <summary>A whole number that must not be smaller than the least one.</summary>
    public static Option<int?> AtLeast(int least, string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                result.AddError($"{name} must be a whole number, but is {result.Tokens[0].Value}.");
            else if (value < least)
                result.AddError($"{name} must be at least {least}, but is {value}.");
            return value;
        },
    };

    /// <summary>A time in seconds.</summary>
    public static Option<double?> Seconds(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "S",
        CustomParser = result =>
        {
            if (!double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(value > 0) || !double.IsFinite(value))
                result.AddError($"{name} must be a number of seconds above 0, but is {result.Tokens[0].Value}.");
            return value;
        },
    };
}
