"""Many runs: a study is policies x samples x replicates, in a folder that can be continued.

    <out>/<name>-<hash8>/
      study.lock.yaml             what was asked: scenario, origins, milestones, seed, versions, code hash
      provenance.json             the command, and what it ran on
      design.parquet              a row a planned run: run_id, policy, sample, replicate, then the
                                  uncertain parameters by dotted path
      outcomes/part-*.parquet     a row a run, the failed ones too: run_id, policy, sample, replicate,
                                  seed, state, error, then the columns of `simlab.tables.outcomes`
      series/part-*.parquet       run_id, policy, sample, replicate, then those of `simlab.tables.series`
      graveyard/part-*.parquet    the same four, then those of `simlab.tables.graveyard`
      world/, nations/, sectors/, levers/part-*.parquet
                                  the same four, then those of `simlab.tables.economy`; no file where a scenario
                                  has nothing of the kind
      ledger/*.jsonl              every attempt, append only: run_id, attempt, state, seconds, error
      failures/<run_id>.txt       why a run failed, and the command that repeats it
      events/<run_id>/            all events of a run that was asked for: <table>.parquet, trace.json
      chunks/                     runs done but not yet sorted into parts; empty when a study ends

Numbers of series, world, nations and sectors are kept in single precision, times and FLOP apart.

`run_id` is text like baseline-s0007-r0. `state` is ok, failed, crashed, timed_out or invalid; only ok runs
have numbers. The parts' bytes depend on the runs in them and on nothing else: not on workers, order or
attempts.
"""
