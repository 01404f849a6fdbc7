"""Questions about outcomes: what they mean, whom they leave out, and how they teach who writes them."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from simlab.analysis.questions import QuestionError, answers, ask, spans
from simlab.analysis.questions_parse import Vocabulary, parse

KNOWN = Vocabulary(
    start=date(2025, 1, 1),
    end=date(2035, 1, 1),
    milestones=("month_horizon", "run_1e27"),
    numbers=("month_horizon_days", "run_1e27_days", "spending_fraction", "n_adopted", "cash_usd2025"),
    words={"leader": ("academia", "follower", "leader")},
    states=("ok", "failed", "timed_out"),
)


@pytest.fixture
def study(study_of, outcomes):
    """Five runs that ended well, one that failed, one that ran out of time, one that was not done."""
    well = outcomes(
        day_days=[10.0, 100.0, 200.0, None, 364.0],
        spending_fraction=[0.001, 0.02, 0.03, 0.04, None],
        n_adopted=[1, 2, 3, 4, 5],
        leader=["north", "north", "south", "south", "south"],
    )
    made = study_of(well)
    more = pl.DataFrame(
        {
            "run_id": ["baseline-s0005-r0", "baseline-s0006-r0", "baseline-s0007-r0"],
            "policy": ["baseline"] * 3,
            "sample": [5, 6, 7],
            "replicate": [0, 0, 0],
            "state": ["failed", "timed_out", "not run"],
            "error": ["boom", "slow", None],
            "seconds": [1.0, 9.0, None],
        }
    )
    object.__setattr__(made, "runs", pl.concat([made.runs, more], how="vertical_relaxed"))
    return made


def yes(study, text):
    table = answers(ask(text, study), study).table
    return [int(sample) for sample in table.filter("is_case")["sample"]]


def known(study, text):
    return answers(ask(text, study), study).table["sample"].to_list()


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("n_adopted > 3", [3, 4]),
        ("n_adopted >= 3", [2, 3, 4]),
        ("n_adopted < 3", [0, 1]),
        ("n_adopted <= 3", [0, 1, 2]),
        ("n_adopted = 3", [2]),
        ("n_adopted > 0.003k", [3, 4]),
        ("n_adopted > 3e0", [3, 4]),
        ("spending_fraction > 1%", [1, 2, 3]),
        ("spending_fraction > 2.5 %", [2, 3]),
        ("leader is north", [0, 1]),
        ("leader = 'north'", [0, 1]),
        ("not leader is north", [2, 3, 4]),
        ("day > 2025-04-01", [1, 2, 3, 4]),
        ("day > 2025-04", [1, 2, 3, 4]),
        ("day <= 2025-04-11", [0, 1]),
        ("day by 2025-04-11", [0, 1]),
        ("day < 2025-04-11", [0]),
        ("day >= 2025-04-11", [1, 2, 3, 4]),
        ("day never", [3]),
        ("not day never", [0, 1, 2, 4]),
        ("day > 2026", [3]),
        ("day_days > 150", [2, 3, 4]),
        ("n_adopted < 2 or n_adopted > 4 and leader is south", [0, 4]),
        ("(n_adopted < 2 or n_adopted > 4) and leader is south", [4]),
        ("NOT n_adopted < 2 AND n_adopted < 4", [1, 2]),
    ],
)
def test_what_a_question_means(study, text, samples):
    assert yes(study, text) == samples


def test_a_milestone_that_never_comes_is_later_than_any_date_up_to_the_end(study):
    assert 3 in yes(study, "day > 2026-01-01")
    assert 3 not in yes(study, "day <= 2026-01-01")
    assert 3 in known(study, "day <= 2026-01-01")


def test_runs_that_failed_never_count_as_no(study):
    for text in ("n_adopted > 3", "not n_adopted > 3", "day never", "not day never", "leader is north"):
        found = answers(ask(text, study), study)
        assert set(found.table["sample"]) <= {0, 1, 2, 3, 4}
        assert (found.n_failed, found.n_not_run) == (2, 1)


def test_failures_themselves_can_be_asked_for(study):
    assert yes(study, "state is failed") == [5, 6]
    assert yes(study, "state is timed_out") == [6]
    assert yes(study, "state is ok") == [0, 1, 2, 3, 4]
    assert yes(study, "state is failed or day never") == [3, 5, 6]
    found = answers(ask("state is failed", study), study)
    assert (found.table.height, found.n_failed, found.n_not_run) == (7, 0, 1)


def test_what_a_failed_run_would_have_had_is_unknown_and_not_false(study):
    assert known(study, "state is failed or day never") == [0, 1, 2, 3, 4, 5, 6]  # failed decides
    assert known(study, "not state is timed_out and day never") == [0, 1, 2, 3, 4, 6]  # of 5 only the day would decide


def test_a_run_without_the_outcome_is_left_out_and_counted(study):
    found = answers(ask("spending_fraction > 1%", study), study)
    assert 4 not in found.table["sample"]
    assert found.n_undefined == 1
    assert known(study, "spending_fraction > 1% or n_adopted = 5") == [0, 1, 2, 3, 4]  # the other half decides


def test_the_span_of_the_numbers_asked_about_can_be_told(study):
    assert spans(ask("n_adopted > 99 and spending_fraction < 1% or day never", study), study) == {
        "n_adopted": (1.0, 5.0),
        "spending_fraction": (0.001, 0.04),
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("day > 2025-04", "“Day” comes after 2025-04-01"),
        ("day by 2025-04-11", "“Day” comes by 2025-04-11"),
        ("day never", "“Day” does not come before 2026-01-01"),
        ("spending_fraction >= 1%", "spending_fraction is at least 1%"),
        ("n_adopted > 3k", "n_adopted is above 3,000"),
        ("n_adopted = 3", "n_adopted is 3"),
        ("leader is north", "leader is north"),
        ("state is failed", "the run fails"),
        ("state is timed_out", "the run ends as timed_out"),
        ("not state is ok", "it is not so that the run ends well"),
        (
            "day never and (n_adopted < 3 or leader is north)",
            "“Day” does not come before 2026-01-01 and (n_adopted is below 3 or leader is north)",
        ),
    ],
)
def test_a_question_in_words(study, text, words):
    assert ask(text, study).words == words


MISTAKES = [
    ("", 0, 0, "a question is needed, like month_horizon > 2035-01-01"),
    ("month_horizn > 2031", 0, 12, "there is no outcome 'month_horizn'; did you mean month_horizon?"),
    ("month > 2031", 0, 5, "there is no outcome 'month'; did you mean month_horizon or month_horizon_days?"),
    ("zebras > 3", 0, 6, "there is no outcome 'zebras'"),
    ("month_horizon >", 15, 0, "a date is needed here, like 2035-01-01"),
    (
        "month_horizon > 2040-01-01",
        16,
        10,
        "the study ends on 2035-01-01 and knows nothing later; what has not come by then is 'never'",
    ),
    ("month_horizon > 2020", 16, 4, "the study begins on 2025-01-01: nothing comes before that"),
    ("month_horizon > 2031-02-30", 16, 10, "there is no day 2031-02-30"),
    (
        "month_horizon > 300",
        16,
        3,
        "a date is needed here, like 2031-01-01; days since the start are month_horizon_days",
    ),
    ("month_horizon = 2031", 14, 1, "a milestone comes at no round hour; ask for < <= > >= or by"),
    (
        "month_horizon is never",
        14,
        2,
        "month_horizon is a milestone, so one of < <= > >=, 'by' or 'never' is needed here",
    ),
    ("month_horizon_days > 9999", 21, 4, "the study knows days 0 to 3652; what comes later is 'month_horizon never'"),
    ("spending_fraction never", 18, 5, "spending_fraction is a number and no milestone; only milestones come never"),
    ("spending_fraction > 2031-01-01", 20, 10, "a number is needed here, like 0.5, 1e28 or 5%"),
    ("n_adopted 3", 10, 1, "n_adopted is a number, so one of < <= > >= = is needed here"),
    ("cash_usd2025 > 5%", 15, 2, "cash_usd2025 is no share, so it has no percent"),
    ("n_adopted > 1,000", 13, 1, "a number has no commas: 1000, 1e3 or 1k"),
    (
        "n_adopted > cash_usd2025",
        12,
        12,
        "a number is needed here, like 0.5, 1e28 or 5%; outcomes are not compared with one another",
    ),
    ("n_adopted == 3", 10, 2, "write = for equal"),
    ("n_adopted > 3 && leader is north", 14, 2, "write and"),
    ("3 < n_adopted", 0, 1, "the outcome comes first, then the sign, then the value: month > 2031-01-01"),
    ("n_adopted > 1 < 3", 14, 1, "a comparison has one sign; join two by and: x > 1 and x < 3"),
    ("n_adopted > 1 leader is leader", 14, 6, "'and' or 'or' is needed between two comparisons"),
    ("(n_adopted > 1 and leader is leader", 0, 1, "this bracket is never closed"),
    ("n_adopted > 1)", 13, 1, "the question should end here, or go on with and, or"),
    ("n_adopted > 1 or", 16, 0, "an outcome is needed here, like month_horizon"),
    ("leader > 3", 7, 1, "leader is a word, so 'is' is needed here: leader is academia"),
    ("leader is folower", 10, 7, "leader is never 'folower' here; did you mean follower?"),
    ("state is broken", 9, 6, "state is never 'broken' here; it is failed, ok or timed_out"),
    ('leader is "follower"', 10, 1, "a word in quotation marks is written 'like this'"),
    ("n_adopted > 12abc", 12, 1, "a number is needed here, like 0.5, 1e28 or 5%, or a date, like 2031-01-01"),
]


@pytest.mark.parametrize(("text", "place", "length", "said"), MISTAKES)
def test_a_mistake_is_shown_where_it_is_with_what_was_expected(text, place, length, said):
    with pytest.raises(QuestionError) as caught:
        parse(text, KNOWN)
    assert str(caught.value) == f"{text}\n{' ' * place}{'^' * max(length, 1)}\n{said}"


def test_an_error_survives_being_sent():
    import pickle

    error = QuestionError("x >", 3, 0, "a number is needed here")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_question_with_a_word_changed_is_a_question_or_a_teaching_error():
    rng = np.random.default_rng(0)
    whole = (
        "not ( n_adopted > 3 and leader is follower ) or month_horizon never or run_1e27 by 2030 and state is failed"
    )
    words = [*dict.fromkeys(whole.split()), "5%", "1e28", "2031-01-01", "<=", "=", "zebra", "%", "-", "'", ""]
    errors = []
    for _ in range(2000):
        text: list[str] = [*whole.split()]
        text[rng.integers(len(text))] = str(rng.choice(words))
        errors.append(error_of(" ".join(text)))
    refused = [error for error in errors if error is not None]
    assert all(error.what and 0 <= error.place <= len(error.text) for error in refused)
    assert 100 < len(refused) < 1990


def error_of(text):
    try:
        parse(text, KNOWN)
    except QuestionError as error:
        return error
    return None
