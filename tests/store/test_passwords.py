import pytest

from mitigap.store import passwords

GOOD = "four plain words here"


def test_a_password_is_kept_as_argon2id_and_fits_only_itself() -> None:
    stored = passwords.kept(GOOD)
    assert stored.startswith("$argon2id$")
    assert passwords.fits(GOOD, stored)
    assert not passwords.fits(GOOD.upper(), stored)
    assert not passwords.is_old(stored)


def test_the_same_letters_are_the_same_password_however_they_are_typed() -> None:
    assert passwords.fits("cafe\u0301 in the morning", passwords.kept("caf\u00e9 in the morning"))


@pytest.mark.parametrize("stored", [None, "", "$argon2id$broken"])
def test_nothing_fits_what_is_no_password(stored: str | None) -> None:
    assert not passwords.fits(GOOD, stored)
    assert not passwords.fits("nobody has this one", stored)


@pytest.mark.parametrize("odd", ["\ud800 lone surrogate", "\x00 nul and more", "x" * 5000])
def test_odd_letters_are_no_fault_of_ours(odd: str) -> None:
    assert passwords.fits(odd, passwords.kept(odd))


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "aaaaaaaaaaaaaa",
        "Password1234!",
        "passwordpassword",
        "123456789012",
        "soc-lead@example.com",
        "x" * 201,
    ],
)
def test_what_is_easy_to_guess_is_refused(password: str) -> None:
    assert passwords.fault(password, ["soc-lead", "example"])


@pytest.mark.parametrize("password", [GOOD, "Tr0ub4dor&3-and-more", "пароль из слов", "🦉🐌🦔🐙🦊 zoo night"])
def test_long_ones_of_any_letters_are_taken(password: str) -> None:
    assert passwords.fault(password) is None
