"""Questions put to a scenario by changing it: how fast research is with more of this or less of that.

    worlds.py         a scenario's parameters with changes by name; research alone, without growth
    crew.py           many runs at a time, in processes
    steady.py         the speed of research of one lab in a world where nothing else changes
    fits.py           a CES surface, the laws of Jones, and what luck does to their numbers
    literature.py     what has been published about the same numbers
    elasticities.py   all of that put together: `simlab elasticities`
    resources.py      ten percent more of each resource, from a date on
    bottlenecks.py    what that gains, beside where ideas wait: `simlab bottlenecks`

Worlds are paired: the same seed is the same luck, whatever was changed.
"""
