namespace GpuNN;

/// <summary>
/// Elastic weight consolidation: what mattered for earlier tasks moves little while a new one is learned. It adds
/// lambda / 2 sum_i F_i (w_i - w*_i)^2 to the loss, with the weights w* after an earlier task and the diagonal of its Fisher information F.
/// Use <see cref="ProximalStep"/>, which any lambda suits; <see cref="Penalty"/> is the formula of the paper, whose explicit steps diverge
/// where rate lambda F_i is above 2.
/// <code>
/// var memory = new ElasticWeightConsolidation(lambda: 100);
/// var trainer = new Trainer(device, model, loss, sgd) { Constraints = [memory.ProximalStep] };
/// foreach (var task in tasks) { trainer.Fit(task, epochs: 10); memory.Consolidate(device, model, loss, task); }
/// </code>
/// F is the empirical one: the mean, over samples, of the squared gradient of the log-likelihood of the target that the sample has. It
/// needs no draws from the model and one pass; Kunstner, Hennig and Balles (2019) say where it differs from the true one.
/// Several tasks add up: a sum of parabolas is one, so that two numbers a weight hold all of them. The checkpoints of a training that
/// uses the memory hold those: a program that goes on from one needs none of the earlier tasks.
/// Source: Kirkpatrick et al. (2017), "Overcoming catastrophic forgetting in neural networks".
/// </summary>
public sealed class ElasticWeightConsolidation
{
    /// <summary>Below this an importance is none; it keeps a quotient of two of them finite.</summary>
    private const float Least = 1e-30f;

    private const string ImportanceEnd = ".importance";
    private const string AnchorEnd = ".anchor";

    private readonly Dictionary<Parameter, Parabola> parabolas = [];

    // What a checkpoint knows of parameters that nothing was recorded of yet.
    private readonly Dictionary<string, float[]> waiting = [];

    /// <summary>A memory of no task yet.</summary>
    /// <param name="lambda">The strength, 0 or more; 0 forgets freely.</param>
    public ElasticWeightConsolidation(float lambda)
    {
        if (!(lambda >= 0 && float.IsFinite(lambda)))
            throw new ArgumentOutOfRangeException(nameof(lambda), $"ElasticWeightConsolidation: the strength lambda must be a finite number of 0 or more, but is {lambda}.\nTry 100.");
        Lambda = lambda;
        Penalty = new Quadratic(this);
        ProximalStep = new Proximal(this);
    }

    /// <summary>The strength.</summary>
    public float Lambda { get; }

    /// <summary>lambda / 2 sum F (w - w*)^2 as a part of the loss, for small rates; stable where rate lambda F is below 2.</summary>
    public Penalty Penalty { get; }

    /// <summary>
    /// The same as a step that is solved instead of followed: after each step of the optimiser w = (w + rate lambda F w*) / (1 + rate lambda F),
    /// the minimum of (v - w)^2 / (2 rate) + lambda / 2 F (v - w*)^2. It is stable for any rate and lambda.
    /// Source: Parikh and Boyd (2014), "Proximal algorithms".
    /// </summary>
    public Constraint ProximalStep { get; }

    /// <summary>The sum of the Fisher informations of all tasks for a parameter, element by element; zeros before the first.</summary>
    public float[] Importance(Parameter parameter) => Read(Of(parameter).Importance);

    /// <summary>What a parameter is drawn to: its values after each task, weighted by their importance.</summary>
    public float[] Anchor(Parameter parameter) => Read(Of(parameter).Anchor);

    /// <summary>Remembers a task that was learned: measures what matters for it, and where the weights are.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">The model; layers act as in use, and its trainable parameters are remembered.</param>
    /// <param name="loss">The negative log-likelihood that was learned by: a cross-entropy, or <see cref="Loss.HalfSquared"/>.</param>
    /// <param name="task">What was learned from.</param>
    /// <param name="samples">How many of its samples are looked at, one by one.</param>
    /// <param name="seed">Key of their choice.</param>
    /// <exception cref="InvalidDataException">The task has no sample.</exception>
    public void Consolidate(Device device, Layer model, Loss loss, DataSet task, int samples = 1000, ulong seed = 0)
    {
        if (task.Count == 0)
            throw new InvalidDataException("ElasticWeightConsolidation: needs at least one sample of the task to measure what matters for it, but the set is empty.\nPass what the task was learned from.");
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        Parameter[] learned = [.. model.Parameters.Where(parameter => parameter.Trainable)];
        var squares = Array.ConvertAll(learned, parameter => new Parameter($"{parameter.Path} squared gradients", parameter.Shape, Inits.Zeros, trainable: false));
        var batchLoss = new BatchLoss(model, loss);
        var look = device.Compile(graph =>
        {
            var gradients = graph.Gradients(batchLoss.Record(graph, new ForwardPass(), out _, out _), learned);
            for (var i = 0; i < learned.Length; i++)
                graph.Update(squares[i], squares[i] + gradients[i].Square());
        }, training: false, name: "look at a sample");
        var count = 0;
        foreach (var sample in task.Batches(new BatchPlan(1) { Seed = seed }))
        {
            if (count == samples)
                break;
            batchLoss.Run(look, sample);
            count++;
        }
        device.Compile(graph =>
        {
            for (var i = 0; i < learned.Length; i++)
                Of(learned[i]).Add(graph, squares[i] * (1f / count), learned[i]);
        }, training: false, name: "consolidate").Run();
    }

    private Parabola Of(Parameter parameter)
    {
        if (!parabolas.TryGetValue(parameter, out var parabola))
        {
            parabolas[parameter] = parabola = new Parabola(parameter);
            parabola.Load(waiting);
        }
        return parabola;
    }

    private void Save(SavedState state)
    {
        foreach (var (name, values) in waiting)
            state.Tensors[name] = values;
        foreach (var parabola in parabolas.Values)
            parabola.Save(state.Tensors);
    }

    private void Load(SavedState state)
    {
        if (state.Tensors.Count == 0)
            throw new InvalidDataException("ElasticWeightConsolidation: needs what it remembers of each parameter, but the checkpoint has nothing of it.\nGo on with the penalties and constraints that the training was begun with.");
        waiting.Clear();
        foreach (var (name, values) in state.Tensors)
            waiting[name] = values;
        foreach (var parabola in parabolas.Values)
            parabola.Load(waiting);
    }

    private static float[] Read(Parameter kept) => kept.HasValues ? kept.ToArray() : new float[kept.Shape.Elements];

    /// <summary>importance / 2 (w - anchor)^2, up to a constant the sum of those of all tasks. It is there before the first of them, so that no step is recorded anew.</summary>
    private sealed class Parabola(Parameter parameter)
    {
        public Parameter Importance { get; } = new($"importance of {parameter.Path}", parameter.Shape, Inits.Zeros, trainable: false);

        public Parameter Anchor { get; } = new($"anchor of {parameter.Path}", parameter.Shape, Inits.Zeros, trainable: false);

        public void Add(Graph graph, Tensor fisher, Parameter w)
        {
            var sum = Importance + fisher;
            graph.Update(Importance, sum);
            graph.Update(Anchor, Anchor + fisher / sum.Maximum(Least) * (w - Anchor));
        }

        public void Save(Dictionary<string, float[]> tensors)
        {
            tensors[parameter.Path + ImportanceEnd] = Read(Importance);
            tensors[parameter.Path + AnchorEnd] = Read(Anchor);
        }

        /// <summary>Takes its numbers out of those of a checkpoint; without any there it remembers nothing.</summary>
        public void Load(Dictionary<string, float[]> tensors)
        {
            Take(Importance, parameter.Path + ImportanceEnd);
            Take(Anchor, parameter.Path + AnchorEnd);

            void Take(Parameter kept, string name)
            {
                if (!tensors.Remove(name, out var values))
                    values = new float[kept.Shape.Elements];
                if (values.Length != kept.Shape.Elements)
                    throw new InvalidDataException($"ElasticWeightConsolidation: needs {kept.Shape.Elements} numbers for the {kept.LocalName}, but the checkpoint has {values.Length}.\nGo on with the model that the training was begun with.");
                kept.Set(values);
            }
        }
    }

    private sealed class Quadratic(ElasticWeightConsolidation memory) : Penalty
    {
        public override Tensor Of(IReadOnlyList<Parameter> parameters) => parameters.Where(parameter => parameter.Trainable)
            .Select(w => (memory.Of(w).Importance * (w - memory.Of(w).Anchor).Square()).Sum())
            .Aggregate((Tensor)0f, (sum, term) => sum + term) * (memory.Lambda / 2);

        public override void Save(SavedState state) => memory.Save(state);

        public override void Load(SavedState state) => memory.Load(state);
    }

    private sealed class Proximal : Constraint
    {
        private readonly ElasticWeightConsolidation memory;

        public Proximal(ElasticWeightConsolidation memory)
        {
            this.memory = memory;
            On = ParameterChoice.Where(_ => true);
        }

        public override bool IsProjection => false;

        public override Tensor Of(Parameter parameter, Tensor value, Tensor rate)
        {
            var pull = memory.Of(parameter).Importance * rate * memory.Lambda;
            return (value + pull * memory.Of(parameter).Anchor) / (pull + 1f);
        }

        public override void Save(SavedState state) => memory.Save(state);

        public override void Load(SavedState state) => memory.Load(state);
    }
}
