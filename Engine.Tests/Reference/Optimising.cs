namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>One number of an optimiser in double precision: parameter and state, stepped in place.</summary>
    public sealed class Stepper(string rule, double rate, double beta1, double beta2, double epsilon, double momentum, double decay)
    {
        private double s;
        private double u;
        private int t;

        public double P { get; set; }

        public double S => s;

        public void Step(double g)
        {
            t++;
            if (rule != "AdamW")
                g += decay * P;
            switch (rule)
            {
                case "Sgd":
                    P -= rate * g;
                    break;
                case "Momentum":
                    s = momentum * s + g;
                    P -= rate * s;
                    break;
                case "Nesterov":
                    s = momentum * s + g;
                    P -= rate * (g + momentum * s);
                    break;
                case "RmsProp":
                    s = beta2 * s + (1 - beta2) * g * g;
                    P -= rate * g / (Math.Sqrt(s) + epsilon);
                    break;
                case "AdaGrad":
                    s += g * g;
                    P -= rate * g / (Math.Sqrt(s) + epsilon);
                    break;
                default:
                    if (rule == "AdamW")
                        P -= rate * decay * P;
                    s = beta1 * s + (1 - beta1) * g;
                    u = beta2 * u + (1 - beta2) * g * g;
                    P -= rate / (1 - Math.Pow(beta1, t)) * s / (Math.Sqrt(u) / Math.Sqrt(1 - Math.Pow(beta2, t)) + epsilon);
                    break;
            }
        }
    }
}
