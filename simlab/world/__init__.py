"""What exists and how it changes: one room a file, and who may look into which is the order below.

    build        wires everything             lab          the months of one lab, and its plan
    policy/      levers, one a file           staffing     who comes and goes        publication  what others hear
    researchers  the research loop            training     frontier runs and what they tell
    candidates   shot calling                 decisions    bury, repeat, next rung, adopt
    hands        work in people-days          teaching     who learns from whom
    experiments  the ladder of scales         teams        a lead, people, ideas in flight
    knowledge    what a lab knows and prices  projects     one idea's life in one lab
    ideas        what can be thought of       cluster      who gets accelerators
    gains  capability  organisation  learning  skills  machines  lines  queue_rules  chips  beliefs  scaling
    throughput  jobs  growth                  the arithmetic under all of it

Everybody stands on a `Stage` (clock, luck, notebook), is handed collaborators by name, and changes only what it owns.
"""
