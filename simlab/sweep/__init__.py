"""Many runs: a study is policies x samples x replicates, in a folder that can be continued.

    <out>/<name>-<hash8>/
      study.lock.yaml             what decides results: scenario, design, origins, milestones, seed, versions, code hash
      provenance.json             the command, and what it ran on
      plan.json                   what was asked for: policies, size of the design, replicates
      design/part-*.parquet       a row a run: run_id, policy, sample, replicate, luck, then what it tried, a column
                                  a factor by dotted path; null where its policy does not have it
      outcomes/part-*.parquet     a row a run, the failed ones too: run_id, policy, sample, replicate,
                                  seed, state, error, then the columns of `simlab.tables.outcomes`
      series/part-*.parquet       run_id, policy, sample, replicate, then those of `simlab.tables.series`
      graveyard/part-*.parquet    the same four, then those of `simlab.tables.graveyard`
      world/, nations/, sectors/, levers/part-*.parquet
                                  the same four, then those of `simlab.tables.economy`; no file where a scenario
                                  has nothing of the kind
      ledger/*.jsonl              every ended attempt, append only: run_id, attempt, state, seconds, cpu_seconds, error
      failures/<run_id>.txt       why a run failed, and the command that repeats it
      events/<run_id>/            all events of a run that was asked for: <table>.parquet, trace.json
      chunks/*.zip                runs done but not yet sorted into parts; none when a study ends

Numbers of series, graveyard, world, nations and sectors are kept to eight significant bits, times, counts and FLOP
apart (see `simlab.tables.slim`); outcomes and design in double precision.

`run_id` is text like baseline-s0007-r0. `state` is ok, failed, crashed, timed_out, out_of_memory or invalid; only ok
runs have numbers. In the ledger it may also be lost: the process died, and the run was tried again. The parts' bytes
depend on the runs in them and on nothing else: not on workers, order or attempts.

How a run is done: `execute` hands out batches of runs of one part (`backlog`) to a pool: this process
(`pools`), threads here (`local_dask`) or the workers of any Dask scheduler (`dask_pool`). Whoever does a batch
(`batch`) keeps one child process (`child`) for its runs, one after the other, and minds its time and memory from
outside (`sandbox`). It writes the tables and ledger lines itself where it sees the study's folder (`host`), and
sends them back where it does not.
"""
