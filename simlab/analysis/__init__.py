"""Findings from tables: tables in, tables out.

    study.py       a study folder, loaded once into a frozen record
    milestones.py  when, how likely, and how often never
    fans.py        quantile bands over the runs, month by month
    binding.py     where an idea's life goes: thinking, building, waiting, running, reading
    graveyard.py   what was buried, at what cost, and how often wrongly
    clusters.py    use of the machines and the queue in front of them
    policies.py    paired differences between policies on the same draws
    survival.py    by when a share of the runs is there, although not all were followed equally long
    precision.py   how many draws it takes to know a difference, in pairs and not
    regret.py      how far each alternative falls behind the best one, future by future
    alternatives.py, pairing.py, comparison.py
                   several studies on common ground, in pairs where they share draws
    headline.py    the few numbers a reader takes home

Every function gives equal weight to every finished run, and a run that failed is in no number. Groups keep the order
of their rows: a mean added up in the order in which threads finish would differ in its last bit from day to day.
"""
