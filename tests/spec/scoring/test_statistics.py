"""What a region's statistics always show: ten expected figures, missing ones with a reason, then others."""

from decimal import Decimal

import pytest

from scoring.domain import Group, Reason, Statistic, Territory, complete, usual_group
from scoring.domain.statistics import protected, too_small

HERE = Territory("NUTS", "2021", "ES51")

TEN = [
    ("population", "total", "total"),
    ("non_eu_population", "non_eu", "total"),
    ("unemployment_rate", "total", "total"),
    ("unemployment_rate", "non_eu", "total"),
    ("unemployment_rate", "non_eu", "female"),
    ("neet_rate", "national", "total"),
    ("neet_rate", "non_eu", "total"),
    ("neet_rate", "non_eu", "female"),
    ("poverty_or_social_exclusion_rate", "total", "total"),
    ("urban_rural_type", "total", "total"),
]


def seen(statistics):
    return [(one.key, one.group.citizenship, one.group.sex) for one in statistics]


ALL = Group()


def figure(key, value=1, group=ALL, period="2020"):
    return Statistic("catalonia", key, group, Decimal(value), None, "persons", period, HERE)


def test_where_nothing_is_held_all_ten_are_there_with_the_reason():
    whole = complete("catalonia", HERE, [])

    assert seen(whole) == TEN
    assert {(one.value, one.reason, one.period, one.territory) for one in whole} == {
        (None, Reason.NOT_HELD, None, HERE)
    }


def test_a_figure_that_is_held_stands_in_its_place():
    whole = complete("catalonia", HERE, [figure("population", 7780479)])

    assert seen(whole) == TEN
    assert whole[0].value == 7780479


def test_a_figure_of_one_group_fills_no_other_group():
    whole = complete("catalonia", HERE, [figure("neet_rate", 12, Group(citizenship="non_eu"))])

    assert [one.value for one in whole if one.key == "neet_rate"] == [None, 12, None]


def test_two_periods_of_one_figure_stand_together():
    whole = complete("catalonia", HERE, [figure("population", 2), figure("population", 1, period="2019")])

    assert [one.value for one in whole[:3]] == [2, 1, None]
    assert len(whole) == 11


def test_the_newest_period_comes_first_and_the_undated_last():
    periods = ["2019", None, "2021-06", "2021"]
    whole = complete("catalonia", HERE, [figure("population", 1, period=period) for period in periods])

    assert [one.period for one in whole[:4]] == ["2021-06", "2021", "2019", None]


def test_the_periods_of_another_series_stand_together():
    held = [figure("foreigners", period="2019"), figure("other"), figure("foreigners", period="2020")]

    assert [(one.key, one.period) for one in complete("catalonia", HERE, held)[10:]] == [
        ("foreigners", "2020"), ("foreigners", "2019"), ("other", "2020"),
    ]  # fmt: skip


def test_of_some_keys_only_those_expected_are_there():
    whole = complete("catalonia", HERE, [figure("foreigners")], ["population", "foreigners"])

    assert [one.key for one in whole] == ["population", "foreigners"]


@pytest.mark.parametrize(
    ("unit", "value", "small"),
    [("persons", 9, True), ("persons", 0, True), ("persons", 10, False), ("percent", 3, False)],
)
def test_a_count_of_few_people_is_suppressed(unit, value, small):
    one = Statistic("alpha", "foreigners", ALL, Decimal(value), None, unit, "2020", HERE, confidence="high")

    shown = protected(one, 10)

    assert (shown.value is None) == small
    assert (shown.reason, shown.confidence) == ((Reason.SUPPRESSED, None) if small else (None, "high"))
    assert too_small(unit, Decimal(value), 10) == small


def test_other_figures_follow_in_their_order():
    whole = complete("catalonia", HERE, [figure("foreigners"), figure("early_leavers"), figure("population")])

    assert seen(whole)[:10] == TEN
    assert [one.key for one in whole[10:]] == ["foreigners", "early_leavers"]


def test_where_no_code_is_exact_the_territory_is_unknown():
    assert {one.territory for one in complete("lisbon", None, [])} == {None}


@pytest.mark.parametrize(("value", "reason"), [(None, None), (Decimal(1), Reason.NOT_HELD)])
def test_a_figure_has_a_value_or_a_reason(value, reason):
    with pytest.raises(ValueError, match="population"):
        Statistic("catalonia", "population", Group(), value, reason, "persons", None, HERE)


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("population", Group()),
        ("non_eu_population", Group(citizenship="non_eu")),
        ("foreigners", Group(citizenship="foreign")),
        ("foreign_born_share", Group()),  # born elsewhere, of any nationality
        ("neet_rate", None),  # has three groups, so a figure must say which
    ],
)
def test_whom_a_figure_counts_when_its_file_does_not_say(key, group):
    assert usual_group(key) == group
