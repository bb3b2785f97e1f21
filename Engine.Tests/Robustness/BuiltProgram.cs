using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GpuNN.Tests;

/// <summary>The program <c>gpunn</c> as it was built, in a process of its own that may be killed.</summary>
internal sealed class BuiltProgram : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    /// <summary>Starts it.</summary>
    public BuiltProgram(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "gpunn.dll");
        // of the runtime that runs the tests: .../shared/Microsoft.NETCore.App/VERSION/
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        if (!File.Exists(dotnet) || !File.Exists(program))
            Assert.Ignore($"These tests were published without {(File.Exists(program) ? "a shared runtime" : program)}.");
        process = Process.Start(new ProcessStartInfo(dotnet, [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Ends it as a power cut would: signal 9, nothing can be written any more.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Waits until it ends, and returns its exit code and what it said.</summary>
    public (int Code, string Output, string Error) End()
    {
        if (!process.WaitForExit(patience))
        {
            Kill();
            Assert.Fail($"gpunn did not end within {patience}.");
        }
        return (process.ExitCode, output.Result, error.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }
}
