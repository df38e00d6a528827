from reports import text


def test_ordinary_text_stays_as_it_is() -> None:
    for words in ("MFA für alle", "ключ", "密码 🔐", "כן", "- none -", "+48 600 100 200"):
        assert text.marked(words) == words


def test_what_turns_the_direction_is_shown() -> None:
    assert text.marked("invoice\u202egnp.exe\u2069\u200f") == "invoice[U+202E]gnp.exe[U+2069][U+200F]"


def test_one_line() -> None:
    assert text.one_line(" a\r\n b\t\tc ") == "a b c"
