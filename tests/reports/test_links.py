import pytest

from reports import links


@pytest.mark.parametrize(
    ("attack_id", "address"),
    [
        ("T1003", "https://attack.mitre.org/techniques/T1003/"),
        ("T1003.001", "https://attack.mitre.org/techniques/T1003/001/"),
        ("M1032", "https://attack.mitre.org/mitigations/M1032/"),
        ("G0077", "https://attack.mitre.org/groups/G0077/"),
        ("TA0006", "https://attack.mitre.org/tactics/TA0006/"),
        ("S0002", "https://attack.mitre.org/software/S0002/"),
        ("C0001", "https://attack.mitre.org/campaigns/C0001/"),
        ("javascript:alert(1)", None),
        ("T1003/../../evil", None),
        ("T1003\n", None),
        ("", None),
    ],
)
def test_only_attack_ids_have_an_address(attack_id: str, address: str | None) -> None:
    assert links.address(attack_id) == address
