"""The world: the actors by name, and what happens between two of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from simlab.randomness import uniforms
from simlab.stage import Stage
from simlab.trace.events import Secret, SecretLeaked
from simlab.world.economy import Economy
from simlab.world.ideas import IdeaPool
from simlab.world.lab import Lab
from simlab.world.publication import Press


@dataclass(frozen=True, slots=True)
class World:
    """Everything that exists. Only `build_world` and levers see it whole."""

    stage: Stage
    pool: IdeaPool
    press: Press
    labs: Mapping[str, Lab]
    economy: Economy

    def leak_weights(self, of: str, to: str, *, readable_fraction: float = 1.0) -> None:
        """The weights of the model that lab `of` has in use come into the hands of lab `to`.

        `to` puts the model to use if it is better than its own, and so do its AI workers; it cannot train it further.
        Of the ideas in the giver's models it can read off this share, which it takes up at its own pace, with the
        giver's evidence, like a paper that nobody else knows. Whether an idea shows is its own luck, whenever it leaks.
        Raises ValueError for a leak to oneself.
        """
        if of == to:
            raise ValueError(f"{of} cannot leak to itself")
        giver, taker, rows = self.labs[of], self.labs[to], self.stage.streams.rows
        chances = [rows(f"{to}.{area.name}.leak", uniforms, 1, 256) for area in self.pool.areas]
        inside = [p for p in giver.knowledge.trained() if chances[p.area.number].one(p.idea, 0) <= readable_fraction]
        self.stage.trace.record(SecretLeaked(self.stage.env.now, giver.number, taker.number, Secret.WEIGHTS))
        self.press.leak(giver.number, taker.number, inside)
        if giver.deployed is not None:
            taker.take_over(giver.deployed)

    def close(self) -> None:
        """The simulation ends: write down what is still alive."""
        for lab in self.labs.values():
            lab.close()
