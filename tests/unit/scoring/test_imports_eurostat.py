"""What Eurostat serves, in both formats: which figures are taken, which are refused, and why."""

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain import Group, Reason
from scoring.imports.eurostat import dataset_of
from scoring.imports.jsonstat import read_jsonstat
from scoring.imports.observations import Broken
from scoring.imports.sdmxcsv import read_sdmx_csv
from servicekit.strictjson import MalformedJSON
from tests.support.builders_imports import INDICATORS, UNEMPLOYED, jsonstat, sdmx, sorted_out, unemployed

ONE = {**UNEMPLOYED, "sex": ["T"], "geo": ["ES98"], "time": ["2023"]}


def read(raw):
    return sorted_out(read_jsonstat(raw, INDICATORS))


def rows(*given, **how):
    return sorted_out(read_sdmx_csv(sdmx(given, **how), INDICATORS))


def broken(reader, raw):
    with pytest.raises(Broken) as caught:
        list(reader(raw, INDICATORS))
    return [(fault.place, fault.code) for fault in caught.value.faults]


# JSON-stat


def test_every_cell_of_a_data_set_is_a_figure_of_its_series():
    taken, refused = read(jsonstat())

    assert refused == []
    assert [(one.group.sex, one.territory, one.period, one.value) for one in taken] == [
        ("total", "ES98", "2022", 0), ("total", "ES98", "2023", 1), ("total", "ES99", "2022", 2),
        ("total", "ES99", "2023", 3), ("female", "ES98", "2022", 4), ("female", "ES98", "2023", 5),
        ("female", "ES99", "2022", 6), ("female", "ES99", "2023", 7),
    ]  # fmt: skip
    assert {(one.key, one.unit, one.confidence) for one in taken} == {
        ("unemployment_rate", "percent", "high")
    }
    assert taken[0].source["title"] == "Eurostat, lfst_r_lfu3rt"
    assert taken[0].source["published"] == "2024-03-01"


def test_the_order_of_categories_is_that_of_their_index():
    document = json.loads(jsonstat(dimensions={**ONE, "time": ["2022", "2023"]}, values=[1, 2]))
    document["dimension"]["time"]["category"]["index"] = {"2023": 1, "2022": 0}

    taken, _ = read(json.dumps(document).encode())

    assert [(one.period, one.value) for one in taken] == [("2022", 1), ("2023", 2)]


@pytest.mark.parametrize("index", [["2022", "2023"], {"2022": 0, "2023": 1}])
def test_an_index_may_be_a_list_or_an_object(index):
    document = json.loads(jsonstat(dimensions={**ONE, "time": ["2022", "2023"]}))
    document["dimension"]["time"]["category"]["index"] = index

    assert len(read(json.dumps(document).encode())[0]) == 2


def test_of_a_single_category_the_index_may_be_left_out():
    document = json.loads(jsonstat(dimensions=ONE))
    document["dimension"]["geo"]["category"] = {"label": {"ES98": "Somewhere"}}

    assert read(json.dumps(document).encode())[0][0].territory == "ES98"


def test_places_without_a_value_are_no_figures_unless_something_is_said_of_them():
    taken, _ = read(jsonstat(values={"1": 7.5}, status={"2": ":", "1": "p"}))

    assert [(one.value, one.reason, one.flags) for one in taken] == [
        (Decimal("7.5"), None, ("provisional",)), (None, Reason.UNKNOWN, ())
    ]  # fmt: skip


@pytest.mark.parametrize("status", [["bu"], {"0": "bu"}, "bu"])
def test_a_status_may_be_a_list_an_object_or_one_for_all(status):
    taken, _ = read(jsonstat(dimensions=ONE, status=status))

    assert (taken[0].flags, taken[0].confidence) == (("break", "low_reliability"), "low")


@pytest.mark.parametrize(
    ("flag", "flags", "reason"),
    [
        ("b", ("break",), None), ("p", ("provisional",), None), ("e", ("estimated",), None),
        ("s", ("estimated",), None), ("u", ("low_reliability",), None), ("f", ("forecast",), None),
        ("d", ("definition_differs",), None), ("n", ("not_significant",), None), ("r", ("revised",), None),
        ("c", (), Reason.SUPPRESSED), ("z", (), Reason.NOT_APPLICABLE), (":", (), Reason.UNKNOWN),
        ("bc", ("break",), Reason.SUPPRESSED),
    ],
)  # fmt: skip
def test_flags_of_eurostat(flag, flags, reason):
    for taken, refused in (
        read(jsonstat(dimensions=ONE, values=[7], status=[flag])),
        rows(unemployed(value="7", flag=flag)),
    ):
        assert refused == []
        assert (taken[0].flags, taken[0].reason) == (flags, reason)
        assert taken[0].value == (None if reason else 7)  # a confidential value is not even read on


def test_an_unknown_flag_is_refused():
    assert read(jsonstat(dimensions=ONE, status="x"))[1] == [("#/value/0", "import_flag_unknown")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"isced11": ["ED5-8"]}, "import_breakdown_not_held"),
        ({"unit": ["THS"]}, "import_breakdown_not_held"),
        ({"age": ["Y25-29"]}, "import_breakdown_not_held"),
        ({"sex": ["NRP"]}, "import_breakdown_not_held"),
        ({"c_birth": ["FOR"]}, "import_breakdown_not_held"),
        ({"freq": ["Q"]}, "import_period_not_annual"),
        ({"time": ["2023-Q1"]}, "import_period_not_annual"),
    ],
)
def test_a_breakdown_that_is_not_ours_is_refused(changed, code):
    assert read(jsonstat(dimensions={**ONE, **changed}))[1] == [("#/value/0", code)]


def test_a_dimension_nobody_knows_is_taken_at_its_total():
    taken, refused = read(jsonstat(dimensions={**ONE, "c_birth": ["TOTAL"]}))

    assert (len(taken), refused) == (1, [])


def test_two_indicators_of_one_data_set_are_told_apart():
    dimensions = {
        "freq": ["A"], "unit": ["PC"], "sex": ["T"], "isced11": ["ED0-2", "ED3_4", "ED5-8"],
        "age": ["Y25-34", "Y25-64"], "geo": ["ES98"], "time": ["2023"],
    }  # fmt: skip
    taken, refused = read(jsonstat("EDAT_LFSE_04", dimensions))

    assert [(one.key, one.value) for one in taken] == [
        ("low_attainment_rate", 1), ("tertiary_attainment_rate", 4)
    ]  # fmt: skip
    assert len(refused) == 4


def test_citizens_are_told_apart():
    dimensions = {**ONE, "citizen": ["TOTAL", "NAT", "FOR", "NEU27_2020_FOR", "EU27_2020_FOR"], "sex": ["F"]}
    taken, refused = read(jsonstat("lfst_r_lfur2gan", dimensions))

    assert [one.group for one in taken] == [
        Group(citizen, "female") for citizen in ("total", "national", "foreign", "non_eu")
    ]
    assert refused == [("#/value/4", "import_breakdown_not_held")]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"class": "collection"}, ("#/class", "import_jsonstat_wrong")),
        ({"id": []}, ("#/id", "import_jsonstat_wrong")),
        ({"id": ["geo", "geo"]}, ("#/id", "import_jsonstat_wrong")),
        ({"id": "geo"}, ("#/id", "import_jsonstat_wrong")),
        ({"id": [f"d{place}" for place in range(61)]}, ("#/id", "import_jsonstat_wrong")),
        ({"size": [1, 1, 2, 1, 1, 2, 3]}, ("#/size", "import_size_mismatch")),
        ({"size": "all"}, ("#/size", "import_size_mismatch")),
        ({"dimension": {}}, ("#/dimension/0", "import_jsonstat_wrong")),
        ({"dimension": None}, ("#/dimension/0", "import_jsonstat_wrong")),
        ({"value": [1, 2, 3]}, ("#/value", "import_size_mismatch")),
        ({"value": {"8": 1}}, ("#/value", "import_size_mismatch")),
        ({"value": {"first": 1}}, ("#/value", "import_jsonstat_wrong")),
        ({"value": {"1": 1, "01": 2}}, ("#/value", "import_jsonstat_wrong")),
        ({"value": {"²": 1}}, ("#/value", "import_jsonstat_wrong")),
        ({"value": 7}, ("#/value", "import_jsonstat_wrong")),
        ({"status": [1] * 8}, ("#/status", "import_jsonstat_wrong")),
        ({"status": ["p"]}, ("#/status", "import_size_mismatch")),
        ({"extension": {}}, ("#/extension/id", "import_jsonstat_wrong")),
        ({"extension": {"id": "no set"}}, ("#/extension/id", "import_jsonstat_wrong")),
        ({"extension": {"id": "nama_10r_2gdp"}}, ("#", "import_dataset_unknown")),
        ({"role": {"geo": ["where"]}}, ("#/role/geo", "import_jsonstat_wrong")),
    ],
)
def test_what_is_no_data_set_is_broken(given, fault):
    assert broken(read_jsonstat, jsonstat(**given)) == [fault]


@pytest.mark.parametrize("raw", [b"[]", b"7", b"null", b"{}"])
def test_json_that_is_no_data_set(raw):
    assert broken(read_jsonstat, raw) == [("#/class", "import_jsonstat_wrong")]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 100])
def test_what_is_no_json(raw):
    with pytest.raises(MalformedJSON):
        read_jsonstat(raw, INDICATORS)


@pytest.mark.parametrize("value", ["7", True, [7], {}, 1e300, 10**18, 10**15])
def test_a_value_that_is_no_number_is_refused(value):
    assert read(jsonstat(dimensions=ONE, values=[value]))[1] == [("#/value/0", "import_not_a_number")]


def test_more_figures_than_are_read_at_once_are_refused():
    dimensions = {
        **ONE,
        "geo": [f"ES{place}" for place in range(700)],
        "time": [*map(str, range(1400, 2000))],
    }

    raw = jsonstat(dimensions=dimensions, values=[1] * 420_000)
    assert broken(read_jsonstat, raw) == [("#/value", "import_too_many_rows")]
    taken, _ = read(jsonstat(dimensions=dimensions, values={"419999": 1}, status="p"))
    assert [one.flags for one in taken] == [("provisional",)]


# SDMX-CSV


@pytest.mark.parametrize("version", [1, 2])
def test_both_versions_of_sdmx_csv(version):
    taken, refused = rows(unemployed(), unemployed("ES99", value="", flag=":"), version=version)

    assert refused == []
    assert [(one.place, one.territory, one.value, one.reason) for one in taken] == [
        ("J2", "ES98", Decimal("7.1"), None), ("J3", "ES99", None, Reason.UNKNOWN)
    ]  # fmt: skip
    assert taken[0].source["published"] == ("2024-03-01" if version == 1 else None)


def test_both_formats_say_the_same():
    (from_json,), _ = read(jsonstat(dimensions=ONE, values=[7.1]))
    (from_csv,), _ = rows(unemployed(), version=1)

    same = {name: getattr(from_json, name) for name in type(from_json).__slots__ if name != "place"}
    assert same == {name: getattr(from_csv, name) for name in same}


def test_labels_beside_the_codes_are_passed_over():
    raw = (
        b"DATAFLOW:Data,LAST UPDATE,freq:Frequency,isced11:Level,sex:Sex,age:Age,unit:Unit,geo:Where,"
        b"TIME_PERIOD:Time,OBS_VALUE:Value,OBS_FLAG:Flag\n"
        b"ESTAT:LFST_R_LFU3RT(1.0),x,A:Annual,TOTAL:All,T:Total,Y15-74:15 to 74,PC:%,"
        b"ES98:Alpha,2023,7,p: prov\n"
    )
    taken, refused = sorted_out(read_sdmx_csv(raw, INDICATORS))

    assert refused == []
    assert (taken[0].territory, taken[0].flags) == ("ES98", ("provisional",))


def test_what_is_confidential_is_suppressed():
    raw = sdmx([[*unemployed(), "C"], [*unemployed("ES99"), "F"]]).replace(
        b"OBS_FLAG", b"OBS_FLAG,CONF_STATUS"
    )
    taken, _ = sorted_out(read_sdmx_csv(raw, INDICATORS))

    assert [(one.value, one.reason) for one in taken] == [
        (None, Reason.SUPPRESSED), (Decimal("7.1"), None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "import_empty"),
        (b"STRUCTURE_ID,geo,TIME_PERIOD,OBS_VALUE\n", "import_empty"),
        (b"geo,TIME_PERIOD,OBS_VALUE\nES98,2023,1\n", "import_column_missing"),
        (b"DATAFLOW,geo,TIME_PERIOD\nx,ES98,2023\n", "import_column_missing"),
        (b"DATAFLOW,geo,geo,TIME_PERIOD,OBS_VALUE\na,b,c,d,e\n", "import_column_repeated"),
        (b"DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\nESTAT:OTHER(1.0),ES98,2023,1\n", "import_dataset_unknown"),
        (b'DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\n"x,ES98', "import_csv"),
        (b"DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\nx,ES98,2023,1,more\n", "import_row_too_long"),
        ("DATAFLOW,geo\nÀ".encode("latin-1"), "import_not_utf8"),
        ("DATAFLOW,geo\nx".encode("utf-16"), "import_not_utf8"),
        (b"DATAFLOW,geo\n\x00", "import_not_utf8"),
        (b"DATAFLOW,geo\n" + b"x" * 200_000 + b",y\n", "import_csv"),
    ],
)
def test_a_file_that_is_no_sdmx_csv(raw, code):
    assert {found for _, found in broken(read_sdmx_csv, raw)} == {code}


@pytest.mark.parametrize("value", ["7,1", "1e400", "seven", "--7", "7.1.1", "∞", "٧"])
def test_a_cell_that_is_no_number_is_refused(value):
    row = unemployed(value=f'"{value}"')
    assert rows(row)[1] == [("J2", "import_not_a_number")]


def test_a_row_that_deletes_is_refused():
    raw = (
        sdmx([unemployed()])
        .replace(b"STRUCTURE_ID,", b"STRUCTURE_ID,ACTION,")
        .replace(b"(1.0),", b"(1.0),D,")
    )

    assert sorted_out(read_sdmx_csv(raw, INDICATORS)) == ([], [("K2", "import_action")])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ESTAT:DEMO_R_D2JAN(1.0)", "demo_r_d2jan"), ("DEMO_R_D2JAN", "demo_r_d2jan"),
        ("demo_r_d2jan$dv_103", "demo_r_d2jan"), ("", ""), ("a b", ""), ("../x", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_data_set(text, code):
    assert dataset_of(text) == code


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["class", "id", "size", "value", "status", "dimension", "role", "extension", "geo"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    ),
    st.sampled_from(["class", "id", "size", "value", "status", "dimension", "role", "extension", "updated"]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_data_set_it_is_read_refused_or_broken(value, where):
    raw = json.dumps({**json.loads(jsonstat()), where: value}).encode()
    with contextlib.suppress(Broken, MalformedJSON):
        list(read_jsonstat(raw, INDICATORS))


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: sdmx([]) + b"\r\n" + text.encode("utf-8", "replace"))
)
@settings(max_examples=300, deadline=None)
def test_whatever_the_bytes_they_are_read_refused_or_broken(raw):
    with contextlib.suppress(Broken):
        list(read_sdmx_csv(raw, INDICATORS))
