"""What deployment sees of the labs and the market."""

from collections.abc import Callable


class Frontier:
    """The best model there is, and the accelerators to run it on."""

    def __init__(
        self,
        horizon_50_minutes: Callable[[], float],
        tokens_per_h100e_day: Callable[[], float],
        serving_h100e: Callable[[int], float],
    ) -> None:
        self.horizon_50_minutes = horizon_50_minutes
        """Of the best model deployed anywhere; 0 where none is."""
        self.tokens_per_h100e_day = tokens_per_h100e_day
        """Output tokens an accelerator serves in a day, on that model."""
        self.serving_h100e = serving_h100e
        """Accelerators in a nation that may serve its economy."""
