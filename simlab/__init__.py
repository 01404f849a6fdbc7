"""simlab: AI research and development, simulated event by event.

    scenarios/*.yaml --load--> Scenario --build_world--> World --env.run--> Trace --tidy--> tables
                                                                                     |
                       report.html <-- report <-- findings <-- analysis <-- study folder (Parquet)

People have ideas, test them on scarce compute at small scale, bury most in the experiment graveyard and carry
a few up a ladder of scales into the next frontier training run.
"""

__version__ = "0.4.0"
