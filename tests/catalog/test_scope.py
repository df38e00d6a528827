import pytest
from factories.catalog import catalogue

from mitigap.catalog import scope
from mitigap.catalog.model import Domain

FOX = catalogue(
    {
        "G0001": ("T1002", "T1001"),
        "S0001": ("T1001", "T1003"),
        "S0002": ("T1003", "T1004"),
        "C0001": ("T1004", "T1005"),
    },
    {"T1001": ("M1001", "M1055"), "T1002": ("M1055",)},
    employs={"G0001": ("S0001",), "C0001": ("S0002",)},
    attributed={"G0001": ("C0001",)},
)


@pytest.mark.parametrize(
    ("software", "campaigns", "via"),
    [
        (False, False, {}),
        (True, False, {"T1003": ("S0001",)}),
        (False, True, {"T1004": ("C0001",), "T1005": ("C0001",)}),
        (True, True, {"T1003": ("S0001", "S0002"), "T1004": ("C0001", "S0002"), "T1005": ("C0001",)}),
    ],
)
def test_techniques_come_directly_and_by_two_switches(
    software: bool, campaigns: bool, via: dict[str, tuple[str, ...]]
) -> None:
    found = scope.techniques(FOX, "G0001", software=software, campaigns=campaigns)
    assert found == {"T1002": (), "T1001": ()} | via
    assert list(found)[:2] == ["T1002", "T1001"]


def test_a_group_that_uses_nothing_has_no_techniques() -> None:
    assert scope.techniques(FOX, "G0009", software=True, campaigns=True) == {}


def test_do_not_mitigate_is_no_safeguard() -> None:
    assert scope.safeguards(FOX, "T1001") == ("M1001",)
    assert [scope.do_not_mitigate(FOX, each) for each in ("T1001", "T1002", "T1003")] == [True, True, False]
    assert [scope.safeguards(FOX, each) for each in ("T1002", "T1003")] == [(), ()]


@pytest.mark.parametrize(
    ("domain", "never"), [(Domain.ENTERPRISE, "M1055"), (Domain.MOBILE, "M1059"), (Domain.ICS, "M0816")]
)
def test_each_domain_has_its_own_do_not_mitigate(domain: Domain, never: str) -> None:
    every = ("M1055", "M1059", "M0816")
    found = catalogue({}, {"T1001": every}, domain=domain)
    assert set(scope.safeguards(found, "T1001")) == set(every) - {never}
