import pytest

from mitigap.inventory.book import column_letter, location


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_have_the_letters_of_a_spreadsheet(index: int, letters: str) -> None:
    assert column_letter(index) == letters


def test_a_place_is_as_exact_as_what_is_known() -> None:
    assert [location("Controls"), location("Controls", 7), location("Controls", 7, 1)] == [
        "Controls",
        "Controls!7",
        "Controls!7:B",
    ]
