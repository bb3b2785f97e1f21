using System.CommandLine;
using GpuNN.Kernels;
using Spectre.Console;

namespace GpuNN.Cli;

/// <summary><c>gpunn devices</c>: what can be given to <c>--device</c>, and why something else cannot.</summary>
public static class DevicesCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var command = new Command("devices", "Lists the devices, the refused ones with the reason.");
        command.SetAction(_ =>
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("device", "what it is", "usable");
            foreach (var device in DeviceCatalogue.List())
                table.AddRow(new Text(device.Name), new Text(device.Description), new Text(device.Refused is { } reason ? $"no: {reason}" : "yes"));
            terminal.Screen.Write(table);
            return ExitCode.Reached;
        });
        return command;
    }
}
