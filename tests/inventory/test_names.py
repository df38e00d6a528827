from collections.abc import Mapping

import pytest
from factories.inventory import ENTERPRISE, ics, vocabulary
from hypothesis import given
from hypothesis import strategies as st

from mitigap.inventory.aliases import ALIASES
from mitigap.inventory.identifiers import mitigation_ids
from mitigap.inventory.lexicon import Lexicon
from mitigap.inventory.model import Method, Severity, Vocabulary
from mitigap.inventory.names import Resolution, Resolver, Words
from mitigap.inventory.words import key

RESOLVER = Resolver(vocabulary(), guesses=1_000_000)
ALL_ALIASES = [(alias, name) for name, aliases in ALIASES.items() if name in ENTERPRISE.values() for alias in aliases]
IDS = {name: each for each, name in ENTERPRISE.items()}


def resolve(text: str, words: Vocabulary | None = None) -> Resolution:
    return (Resolver(words) if words else RESOLVER).resolve(Words(mitigation=text))


def found(text: str, words: Vocabulary | None = None) -> tuple[tuple[str, ...], Method | None, list[str]]:
    resolution = resolve(text, words)
    return resolution.mitigations, resolution.method, [finding.code for finding in resolution.findings]


# ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("M1032", ["M1032"]),
        ("m1032", ["M1032"]),
        ("M1032 - Multi-factor Authentication", ["M1032"]),
        ("M1032-Multi-factor", ["M1032"]),
        ("M1032, M1027;M1017/M1036\nM1053", ["M1032", "M1027", "M1017", "M1036", "M1053"]),
        ("M1032-M1036", ["M1032", "M1036"]),
        ("see https://attack.mitre.org/mitigations/M1032/", ["M1032"]),
        ("ATT&CK-M1032", ["M1032"]),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER M}1032", ["M1032"]),
        ("M1032 M1032", ["M1032"]),
        ("CM1032", []),
        ("M10321", []),
        ("M1032-01", []),
        ("M1032.001", []),
        ("CTRL-M1032", []),
        ("M103", []),
    ],
)
def test_ids_are_found_wherever_they_stand_alone(text: str, ids: list[str]) -> None:
    assert list(mitigation_ids(text)) == ids


def test_an_id_resolves() -> None:
    assert found("M1032") == (("M1032",), Method.ID, [])


@pytest.mark.parametrize(
    ("text", "mitigations", "codes"),
    [
        ("M9999", (), ["unknown-id"]),
        ("M1032, M9999", ("M1032",), ["unknown-id"]),
        ("M1005", (), ["deprecated-id"]),
        ("M1099", ("M1032",), ["deprecated-id"]),
        ("M0932", (), ["wrong-domain"]),
        ("M1059", (), ["wrong-domain"]),
        ("M1055", (), ["do-not-mitigate"]),
        ("Do not mitigate", (), ["do-not-mitigate"]),
        ("M1055; M1032", ("M1032",), ["do-not-mitigate"]),
        ("T1110", (), ["technique-id"]),
        ("T1553.002 Code Signing", (), ["technique-id"]),
    ],
)
def test_an_id_that_is_no_live_mitigation_says_why(text: str, mitigations: tuple[str, ...], codes: list[str]) -> None:
    resolution = resolve(text)
    assert resolution.mitigations == mitigations
    assert [finding.code for finding in resolution.findings] == codes


def test_one_domain_at_a_time() -> None:
    assert found("Multi-factor Authentication", ics())[0] == ("M0932",)
    assert found("MFA", ics())[0] == ("M0932",)
    assert found("EDR", ics())[0] == ()
    assert found("M1032", ics()) == ((), None, ["wrong-domain"])


def test_the_id_wins_over_another_name_and_says_so() -> None:
    beside = RESOLVER.resolve(Words(mitigation_id="M1032", mitigation="User Training"))
    assert beside.mitigations == ("M1032",)
    assert [finding.code for finding in beside.findings] == ["id-name-mismatch"]
    assert beside.findings[0].suggestions[0].id == "M1017"
    assert found("M1032 User Training")[2] == ["id-name-mismatch"]
    assert found("M1032 MFA")[2] == []


def test_an_unknown_id_is_not_saved_by_its_name_but_suggests_it() -> None:
    beside = RESOLVER.resolve(Words(mitigation_id="M9999", mitigation="Multi-factor Authentication"))
    assert beside.mitigations == ()
    assert beside.findings[0].suggestions[0].id == "M1032"


def test_the_own_name_of_a_control_helps_only_where_no_mitigation_is_named() -> None:
    assert RESOLVER.resolve(Words(control="MFA")).mitigations == ("M1032",)
    assert RESOLVER.resolve(Words(mitigation="none", control="MFA")).mitigations == ()
    assert RESOLVER.resolve(Words(mitigation="M1027", control="MFA")).mitigations == ("M1027",)


# names and aliases


@pytest.mark.parametrize(
    ("text", "mitigation"),
    [
        ("multi factor authentication", "M1032"),
        ("MULTIFACTOR  AUTHENTICATION", "M1032"),
        ("Multi-factor\nAuthentication", "M1032"),
        ("Multi-factor Authentication (MFA)", "M1032"),
        ("Multi-factor Authentication (Okta)", "M1032"),
        ("Restrict File & Directory Permission", "M1022"),
        ("SSL / TLS inspection", "M1020"),
        ("Account Use Policy", "M1036"),
        ("Behaviour Prevention on Endpoint", "M1040"),
    ],
)
def test_a_name_is_known_in_any_dress(text: str, mitigation: str) -> None:
    assert found(text) == ((mitigation,), Method.NAME, [])


@pytest.mark.parametrize(
    ("text", "mitigation"),
    [("MFA", "M1032"), ("2FA", "M1032"), ("EDR", "M1040"), ("patch management", "M1051"), ("AV", "M1049"),
     ("PAM", "M1026"), ("VLANs", "M1030"), ("IDS/IPS", "M1031"), ("Backups", "M1053"), ("phishing training", "M1017"),
     ("Secure Boot", "M1046"), ("Firewall", "M1037"), ("UAC", "M1052"), ("MFA (T1110)", "M1032")],
)  # fmt: skip
def test_an_alias_means_one_mitigation(text: str, mitigation: str) -> None:
    assert found(text) == ((mitigation,), Method.ALIAS, [])


@pytest.mark.parametrize("text", ["WAF", "SSO", "hardening", "SIEM", "endpoint protection", "least privilege", "VPN"])
def test_what_may_mean_several_is_only_suggested(text: str) -> None:
    assert found(text)[0] == ()


def test_the_real_domains_share_no_alias_between_two_of_their_mitigations(domain_names: Mapping[str, set[str]]) -> None:
    for names in domain_names.values():
        meant: dict[str, set[str]] = {}
        for name in names & ALIASES.keys():
            for alias in ALIASES[name]:
                meant.setdefault(key(alias), set()).add(name)
        assert {alias: both for alias, both in meant.items() if len(both) > 1} == {}


@pytest.fixture(scope="module")
def domain_names() -> Mapping[str, set[str]]:
    """Names as ATT&CK 18.1 has them in each domain, where an alias of one might be an alias of another."""
    return {
        "enterprise": {*ENTERPRISE.values(), "Code Signing", "Data Loss Prevention", "Exploit Protection"},
        "mobile": {"Security Updates", "Enterprise Policy", "User Guidance", "Antivirus/Antimalware", "Attestation"},
        "ics": {"Update Software", "Access Management", "User Account Management", "Network Allowlists"},
    }


@pytest.mark.parametrize(
    ("text", "mitigations"),
    [
        ("MFA and patch management", ("M1032", "M1051")),
        ("Antivirus / EDR", ("M1049", "M1040")),
        ("Antivirus, EDR, MFA and Network segmentation", ("M1049", "M1040", "M1032", "M1030")),
        ("Restrict File and Directory Permissions and MFA", ("M1022", "M1032")),
        ("MFA + Backup\nUser Training", ("M1032", "M1053", "M1017")),
        ("Antivirus/Antimalware", ("M1049",)),
    ],
)
def test_several_names_in_a_cell_all_count(text: str, mitigations: tuple[str, ...]) -> None:
    assert found(text)[0] == mitigations


@pytest.mark.parametrize("text", ["Antivirus and quantum", "MFA, something else", "Policy for MFA", "Plan: MFA"])
def test_a_text_that_is_only_partly_known_does_not_count(text: str) -> None:
    mitigations, method, codes = found(text)
    assert (mitigations, method, codes) == ((), None, ["unresolved"])
    assert resolve(text).findings[0].suggestions


def test_a_name_with_its_scope_counts_with_a_warning() -> None:
    assert found("MFA for admins") == (("M1032",), Method.ALIAS, ["scope"])
    assert found("EDR: any vendor") == (("M1040",), Method.ALIAS, ["scope"])
    assert found("MFA for firewall admins")[0] == ()


@pytest.mark.parametrize(
    "text", ["No MFA", "MFA not enforced", "MFA (disabled)", "Lack of backups", "without EDR", "MFA for nobody"]
)
def test_a_denial_never_counts(text: str) -> None:
    assert found(text)[0] == ()


def test_a_denial_that_is_part_of_the_name_is_none() -> None:
    assert found("Disable or Remove Feature or Program") == (("M1042",), Method.NAME, [])
    assert found("Disable or Remove Faeture or Program")[0] == ("M1042",)


# misspellings and suggestions


@pytest.mark.parametrize(
    ("text", "mitigation"),
    [("Multi-factor Authentcation", "M1032"), ("Pasword Polices", "M1027"), ("Update Softare", "M1051"),
     ("Udate Softwre", "M1051"), ("Antivrus/Antimalware", "M1049"), ("firewal", "M1037"), ("Auditt", "M1047"),
     ("User Acount Managment", "M1018")],
)  # fmt: skip
def test_a_plain_misspelling_counts_with_a_warning(text: str, mitigation: str) -> None:
    assert found(text) == ((mitigation,), Method.MISSPELLING, ["misspelling"])


@pytest.mark.parametrize(
    "text",
    ["Privilged Acount Managment", "Unencrypt Sensitive Information", "Aduit", "Auditor", "matching", "3FA", "backpack",
     "Encryption of information that is sensitive"],
)  # fmt: skip
def test_anything_weaker_never_counts(text: str) -> None:
    assert found(text) == ((), None, ["unresolved"])


def test_a_misspelling_with_a_rival_near_does_not_count() -> None:
    words = vocabulary(mitigations={"M1": "Alpha Management", "M2": "Alphx Management"})
    assert found("Alphy Management", words)[0] == ()
    assert {each.id for each in resolve("Alphy Management", words).findings[0].suggestions} == {"M1", "M2"}


def test_suggestions_are_three_at_most_and_never_certain() -> None:
    (finding,) = resolve("MFA, EDR, backup and whatever else comes").findings
    assert finding.severity is Severity.ERROR
    assert 1 < len(finding.suggestions) <= 3
    assert all(0 < each.confidence < 1 for each in finding.suggestions)


@pytest.mark.parametrize(
    ("text", "mitigation"),
    [
        ("Segment the network", "M1030"),
        ("Backup of data", "M1053"),
        ("Policy for passwords", "M1027"),
        ("Scan for vulnerabilities", "M1016"),
    ],
)
def test_a_name_told_in_another_order_is_suggested(text: str, mitigation: str) -> None:
    assert Lexicon(vocabulary()).suggestions(text)[0].id == mitigation


def test_there_is_an_end_to_suggesting() -> None:
    few = Resolver(vocabulary(), guesses=1)
    assert few.resolve(Words(control="Policy for MFA")).findings[0].suggestions
    assert few.exhausted
    assert not few.resolve(Words(control="Plan of MFA")).findings[0].suggestions


def test_the_start_of_a_long_text_is_enough_to_suggest() -> None:
    assert resolve("A second factor, MFA, " + "is asked for at every sign-in " * 500).findings[0].suggestions


# what the workspace has confirmed


def test_a_confirmed_text_counts_before_any_name() -> None:
    words = vocabulary(confirmed={"Okta": ("M1032", "M1018"), "MFA": ("M1036",)})
    assert found("okta ", words) == (("M1032", "M1018"), Method.CONFIRMED, [])
    assert found("MFA", words) == (("M1036",), Method.CONFIRMED, [])
    assert found("M1027 MFA", words)[0] == ("M1027",)


def test_what_is_confirmed_holds_for_any_name_that_the_row_bears() -> None:
    resolver = Resolver(vocabulary(confirmed={"Okta": ("M1032",)}))
    assert resolver.resolve(Words(mitigation="Smoke and mirrors", control="Okta")).mitigations == ("M1032",)
    assert resolver.resolve(Words(mitigation="User Training", control="Okta")).mitigations == ("M1017",)
    assert resolver.resolve(Words(control="Okta", foreign="ISO")).method is Method.CONFIRMED


def test_a_confirmed_id_follows_its_release() -> None:
    words = vocabulary(confirmed={"Okta": ("M1099",), "Duo": ("M9999",)})
    assert found("Okta", words)[0] == ("M1032",)
    assert found("Duo", words)[0] == ()


# properties


@given(st.sampled_from([*ENTERPRISE.values(), *(alias for alias, _ in ALL_ALIASES)]), st.data())
def test_case_blanks_and_hyphens_never_change_the_answer(name: str, data: st.DataObject) -> None:
    recased = "".join(data.draw(st.sampled_from([letter.upper(), letter.lower()])) for letter in name)
    dressed = recased.replace("-", data.draw(st.sampled_from(["-", " ", "\u2013"]))).replace(
        " ", data.draw(st.sampled_from([" ", "  ", "\n", "\u00a0"]))
    )
    assert resolve(f" {dressed}").mitigations == resolve(name).mitigations


@given(st.sampled_from(ALL_ALIASES))
def test_every_alias_resolves_to_its_name_alone(pair: tuple[str, str]) -> None:
    alias, name = pair
    assert resolve(alias).mitigations == (IDS[name],)


@given(st.sampled_from([name for name in ENTERPRISE.values() if len(name) > 8]), st.data())
def test_one_letter_lost_doubled_or_swapped_is_forgiven(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2).filter(lambda at: name[at].isalpha() and name[at + 1].isalpha()))
    lost, doubled = name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:]
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    for text in (lost, doubled, swapped):
        assert resolve(text).mitigations == (IDS[name],)


@given(st.text(max_size=200))
def test_any_text_resolves_to_something_or_says_why_not(text: str) -> None:
    resolution = resolve(text)
    assert bool(resolution.mitigations) == bool(resolution.method)
    assert resolution.mitigations or resolution.findings


@given(
    st.lists(st.sampled_from([*ENTERPRISE.values(), "for", "and", "no", "admins", "MFA", "EDR", "/", ","]), max_size=6)
)
def test_only_what_stands_in_the_text_can_count(parts: list[str]) -> None:
    text = " ".join(parts)
    lexicon: Lexicon = RESOLVER.lexicon
    assert set(resolve(text).mitigations) <= set(lexicon.within(text)) | {lexicon.misspelt(text)}


@given(st.text(max_size=60) | st.sampled_from([*ENTERPRISE.values(), *(alias for alias, _ in ALL_ALIASES)]))
def test_a_text_means_the_same_in_whichever_column_it_stands(text: str) -> None:
    found = [
        RESOLVER.resolve(Words(**{field: text})).mitigations for field in ("mitigation_id", "mitigation", "control")
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("text", "mitigations"),
    [
        ("M1026 (not M1018)", ("M1026",)),
        ("M1030 except M1037", ("M1030",)),
        ("M1027 instead of M1053", ("M1027",)),
        ("ohne M1018", ()),
        ("No. M1018", ("M1018",)),
        ("M1018 and M1026", ("M1018", "M1026")),
    ],
)
def test_an_id_that_is_denied_does_not_count(text: str, mitigations: tuple[str, ...]) -> None:
    assert resolve(text).mitigations == mitigations
