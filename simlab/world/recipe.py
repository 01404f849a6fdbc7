"""The recipe of a frontier run: how large a model, on which text, with how much reinforcement learning.

What it costs or brings is told relative to the model of day 0, because the scenario's horizons and efficiencies are
those of models that had been sized for serving, had repeated text and had learnt from reinforcement. Size and text
are matters of physical FLOP and tokens; better algorithms multiply what comes of them.
"""

import math
from typing import NamedTuple

from simlab.stage import Stage
from simlab.world.capability import CapabilityParams
from simlab.world.reinforcement import Reinforcement, ReinforcementParams, best_fraction
from simlab.world.scaling import ScalingParams, compute_optimal, lost_nats
from simlab.world.sizing import SizingParams, best_size, serving_h100e_days
from simlab.world.text import Diet, TextParams, diet, fresh, unique_tokens

_STEPS = 60


class Recipe(NamedTuple):
    """What a run trains, and what its choices cost or bring in effective compute."""

    n_active_parameters: float
    n_tokens: float
    text_penalty_nats: float
    """Relative to the model of day 0, as the two that follow."""
    size_penalty_nats: float
    reinforcement_gain_nats: float
    """Net of the pre-training given up for it."""

    @property
    def gain_nats(self) -> float:
        """All of it: what is added to the effective compute of the run."""
        return self.reinforcement_gain_nats - self.text_penalty_nats - self.size_penalty_nats


class Start(NamedTuple):
    """A lab's model of day 0."""

    run_flop: float
    gain_nats: float
    """Algorithmic efficiency relative to the leader's."""
    serves: bool
    """Whether the lab serves models, and sized this one for it."""


class Run(NamedTuple):
    """A run about to start, as far as its recipe depends on it."""

    flop: float
    effective_flop: float
    """At the algorithms adopted by now, with the recipe of day 0."""
    serving_ratio: float
    """Accelerator time that serving a model as large as the last one will take, relative to that of the run."""


class Recipes:
    """One lab's choices. Each part is None where the scenario leaves it out."""

    def __init__(
        self,
        stage: Stage,
        text: TextParams | None,
        sizing: SizingParams | None,
        reinforcement: ReinforcementParams | None,
        scaling: ScalingParams,
        capability: CapabilityParams,
        start: Start,
    ) -> None:
        self.stage, self.text, self.sizing, self.scaling = stage, text, sizing, scaling
        self.reinforcement = None if reinforcement is None else Reinforcement(stage, reinforcement, capability)
        self.reinforcement_fraction = 0.0 if reinforcement is None else reinforcement.run_fraction
        self._best_flop = start.run_flop * math.exp(start.gain_nats)
        pretraining = start.run_flop * (1.0 - self.reinforcement_fraction)
        self._n = compute_optimal(pretraining, scaling).n_parameters
        if sizing is not None and start.serves:
            self._n *= sizing.initial_size_fraction
        self._reference = Recipe(self._n, *self._pretrained(pretraining, self._n), 0.0)
        self._reference = self._reference._replace(reinforcement_gain_nats=self._initial_net_gain_nats(start))

    def staff(self, n_people: float) -> None:
        """The lab has so many people from now on."""
        if self.reinforcement is not None:
            self.reinforcement.staff(n_people)

    def choose(self, run_flop: float, gain_nats: float, run_h100e_days: float, serving_h100e: float) -> Recipe:
        """The recipe of a run that starts now with algorithms of that efficiency.

        `serving_h100e` is what keeps the lab's fleet busy with its last model.
        """
        run = Run(run_flop, run_flop * math.exp(gain_nats), self._serving_ratio(run_h100e_days, serving_h100e))
        share = 0.0
        if self.reinforcement is not None:
            self.reinforcement.equip(run_h100e_days, self._best_flop)
            share = self._split(self.reinforcement, run)
        recipe = self._relative(self._absolute(run, share))
        self._n, self.reinforcement_fraction = recipe.n_active_parameters, share
        self._best_flop = max(self._best_flop, run.effective_flop * math.exp(recipe.gain_nats))
        return recipe

    def initial(self) -> Recipe:
        """The recipe of the model of day 0: it is the reference, so nothing is gained or lost."""
        return self._relative(self._reference)

    def _diet(self, budget_tokens: float) -> Diet:
        if self.text is None:
            return fresh(budget_tokens)
        return diet(budget_tokens, unique_tokens(max(self.stage.env.now, 0.0), self.text), self.text)

    def _serving_ratio(self, run_h100e_days: float, serving_h100e: float) -> float:
        """Serving a model as large as the last one over its life, relative to the whole run."""
        return 0.0 if self.sizing is None else serving_h100e_days(serving_h100e, self.sizing) / run_h100e_days

    def _size(self, flop: float, serving_ratio: float) -> float:
        """Parameters of a model pre-trained with `flop`, for a load of so many times that."""
        return best_size(flop, serving_ratio / self._n, self.scaling, lambda tokens: self._diet(tokens)[1:])

    def _pretrained(self, flop: float, n: float) -> tuple[float, float, float]:
        """Tokens trained on, and what text and size cost, in nats of the best that `flop` could have been."""
        budget = flop / (6.0 * n)
        eaten = self._diet(budget)
        of_size = lost_nats(n, budget, flop, self.scaling)
        return eaten.n_tokens, lost_nats(n, eaten.effective_tokens, flop, self.scaling) - of_size, of_size

    def _split(self, reinforcement: Reinforcement, run: Run) -> float:
        """The share of the run that reinforcement learning gets."""
        if reinforcement.params.allocation == "fixed":
            return reinforcement.params.run_fraction
        return best_fraction(lambda share: self._absolute(run, share).gain_nats)

    def _absolute(self, run: Run, share: float) -> Recipe:
        """A recipe before it is held against that of day 0."""
        n = self._size(run.flop * (1.0 - share), run.serving_ratio / (1.0 - share))
        tokens, of_text, of_size = self._pretrained(run.flop * (1.0 - share), n)
        if self.reinforcement is None:
            return Recipe(n, tokens, of_text, of_size, 0.0)
        given_up = math.log1p(-share)
        since = given_up - of_text - of_size - self._reference.gain_nats
        gain = self.reinforcement.gain_nats(share * run.flop, n, run.effective_flop * math.exp(since))
        return Recipe(n, tokens, of_text, of_size, gain + given_up)

    def _relative(self, recipe: Recipe) -> Recipe:
        of_text, of_size, gain = (mine - old for mine, old in zip(recipe[2:], self._reference[2:], strict=True))
        return Recipe(recipe.n_active_parameters, recipe.n_tokens, of_text, of_size, gain)

    def _initial_net_gain_nats(self, start: Start) -> float:
        """What reinforcement learning brought the model of day 0, found by bisection: its horizon contains the gain.

        The more it brought, the less the model could do before it, and the less it could learn.
        """
        if self.reinforcement is None:
            return 0.0
        share, low, high = self.reinforcement_fraction, 0.0, 100.0
        for _ in range(_STEPS):
            gain = 0.5 * (low + high)
            without = self._best_flop * math.exp(-gain)
            learned = self.reinforcement.gain_nats(share * start.run_flop, self._n, without)
            low, high = (gain, high) if learned > gain else (low, gain)
        return low + math.log1p(-share)
