using System.CommandLine;

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

    /// <summary>A whole number that must not be smaller than the least one.</summary>
    public static Option<int?> AtLeast(int least, string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < least)
                result.AddError($"{name} must be at least {least}, but is {value}.");
        });
        return option;
    }
}
