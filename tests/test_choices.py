import pytest

from mitigap import choices
from mitigap.choices import FIELDS, NONE, STATUSES, Choices
from mitigap.errors import ChoicesRefused
from mitigap.inventory.fields import Field
from mitigap.inventory.model import Status


def test_the_words_of_choices_are_the_readers_own() -> None:
    assert {*FIELDS} == {field.value for field in Field} - {"other", "id", "origin", "written"}
    assert {*STATUSES} == {status.value for status in Status}


def test_choices_go_out_and_come_back() -> None:
    told = Choices(sheet="Controls", header_row=0, columns={"status": "B", "level": None}, names={"Okta": ("M1032",)})
    assert choices.load(choices.dump(told)) == told
    assert choices.dump(NONE) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ('{"colour": "red"}', "unknown field"),
        ('{"columns": {"colour": "A"}}', "“colour” is no field"),
        ('{"statuses": {"ok": "done"}}', "“done” is none of"),
        ('{"names": {"Okta": ["MFA"]}}', "by its id"),
        ('{"names": {"  ": ["M1032"]}}', "empty text"),
        ('{"header_row": -1}', "counted from 1"),
        (f'{{"names": {{"{"x" * 501}": []}}}}', "longer than 500"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(text: str, told: str) -> None:
    with pytest.raises(ChoicesRefused, match=told):
        choices.parse(text)


def test_equal_choices_have_equal_digests_in_any_order() -> None:
    first = Choices(statuses={"a": "partial", "b": "planned"})
    second = Choices(statuses={"b": "planned", "a": "partial"})
    assert choices.digest(first) == choices.digest(second) != choices.digest(NONE) == ""


def test_what_is_told_for_a_file_stands_before_what_the_workspace_knows() -> None:
    known = Choices(
        domain="enterprise-attack", names={"Okta": ("M1032",), "Wiz": ("M1016",)}, statuses={"ok": "partial"}
    )
    told = Choices(names={"OKTA ": ("M1018",)}, sheet="Two")
    assert choices.over(known, told) == Choices(
        sheet="Two",
        domain="enterprise-attack",
        names={"Wiz": ("M1016",), "OKTA ": ("M1018",)},
        statuses={"ok": "partial"},
    )


def test_names_of_another_domain_are_not_taken_over() -> None:
    known = Choices(domain="ics-attack", names={"Okta": ("M0932",)})
    assert choices.over(known, Choices(domain="enterprise-attack")).names == {}
