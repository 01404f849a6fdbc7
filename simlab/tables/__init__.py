"""Trace to tidy tables, and what is read off them: series, graveyard, outcomes, Perfetto, stories.

Nothing here knows which run of a study it looks at: `simlab.sweep` puts the columns run_id, policy, sample
and replicate in front.
"""
