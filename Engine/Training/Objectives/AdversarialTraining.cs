namespace GpuNN;

/// <summary>
/// Adversarial training: share L(x) + (1 - share) L(x'), where x' is what an attack makes of the batch against the weights of this
/// step. The attack sees layers as in use and is no part of what is differentiated. Batch normalisation sees both batches. What layers
/// ask by <see cref="Graph.Penalise"/> is shared out like the loss: share P(x) + (1 - share) P(x').
/// A model can learn a single step by heart and still fall to several: judge it by an attack of several steps too.
/// Source: Goodfellow, Shlens and Szegedy (2015), "Explaining and harnessing adversarial examples", with one step of the attack;
/// Madry et al. (2018), "Towards deep learning models resistant to adversarial attacks", with several and a share of 0.
/// </summary>
public sealed class AdversarialTraining : Objective
{
    /// <summary>Adversarial training.</summary>
    /// <param name="attack">What the model learns to withstand.</param>
    /// <param name="share">The weight of the loss of the unchanged batch, in [0, 1].</param>
    public AdversarialTraining(Attack attack, float share = 0.5f)
    {
        if (!(share >= 0 && share <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), $"AdversarialTraining: the share of the unchanged batch must lie in [0, 1], but is {share}.\nTry 0.5.");
        if (attack.Targeted)
            throw new ArgumentException("AdversarialTraining: needs an attack that makes the loss large, but got a targeted one, which makes it small.\nLeave out Targeted.", nameof(attack));
        (Attack, Share) = (attack, share);
    }

    /// <summary>What the model learns to withstand.</summary>
    public Attack Attack { get; }

    /// <summary>The weight of the loss of the unchanged batch.</summary>
    public float Share { get; }

    /// <inheritdoc/>
    public override Tensor Of(Layer model, Loss loss, Tensor input, Tensor target, out Tensor prediction)
    {
        var graph = Graph.Current;
        var attacked = Attack.Of(model, loss, input, target);
        prediction = graph.Penalised(Share, () => model.Apply(input));
        return loss.Of(prediction, target) * Share + loss.Of(graph.Penalised(1 - Share, () => model.Apply(attacked)), target) * (1 - Share);
    }
}
