using GpuNN.Cli;

return CommandLine.Run(args, Terminal.Open());
