Console.WriteLine("gpunn");
