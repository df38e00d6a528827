"""Reports to print: Leafminer against a register such as teams keep, three small groups, and texts that mean harm."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mitigap.assessment.assess import assess
from mitigap.assessment.policy import POLICIES
from mitigap.catalog.model import Catalogue, Domain, Group, Mitigation, Tactic, Technique
from mitigap.inventory.model import Control, Inventory, Issue, Method, Severity, Status, Suggestion
from reports.report import Report

AS_OF = date(2026, 11, 24)

COPYRIGHT = "© 2024 The MITRE Corporation. Reproduced and distributed with permission."

FORMULAS = (
    '=HYPERLINK("http://example.test","pay")',
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(A1)",
    "{=1+1}",
    "#N/A",
    "=cmd|'/c calc'!A0",
)

HOSTILE = (
    *FORMULAS,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</td></table></style></title><h1>owned</h1>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "%s %(x)s {0} {x!r}",
    "| cell | `code` **bold** [link](http://example.test) ![image](http://example.test/i.png)",
    "<http://example.test> http://example.test www.example.test @everyone &lt;b&gt; <b>",
    "invoice\u202egnp.exe \u2066 \u200f",
    "controls \x00 \x0b \x1b[31m \ud800 \uffff \ufdd0",
    "first line\nsecond line\r\n# third line",
    "a" * 3_000,
    "wörd ключ 密码 كلمة 🔐",
    "&amp; & &#x41;",
    "---\n***",
)


def a_control(row: int, text: str, *mitigations: str, **more: Any) -> Control:
    content: dict[str, Any] = {
        "location": f"Controls!{row}",
        "row": row,
        "text": text,
        "mitigations": mitigations,
        "method": Method.NAME if mitigations else None,
    }
    return Control(**(content | more))


def a_register() -> tuple[Control, ...]:
    """Every status, two rows for one mitigation, one row for two, an expired one, two that cannot be resolved."""
    full: dict[str, Any] = {"status": Status.IMPLEMENTED, "level": 1.0}
    half: dict[str, Any] = {"status": Status.PARTIAL, "level": 0.5}
    client: dict[str, Any] = {"owner": "Client team"}
    iam: dict[str, Any] = {"owner": "IAM team"}
    return (
        a_control(5, "MFA for all remote access and administrators", "M1032", **iam, **full),
        a_control(6, "Password policy, 14 characters and breach list", "M1027", **iam, **half),
        a_control(7, "Privileged access workstations", "M1026", **iam, status=Status.PLANNED, level=0.0),
        a_control(8, "PAM vault for domain administrators", "M1026", **iam, status=Status.PARTIAL, level=0.6),
        a_control(9, "EDR in block mode on servers and clients", "M1040", owner="SOC", **full),
        a_control(10, "Antivirus on all clients", "M1049", owner="SOC", expires=date(2027, 6, 30), **full),
        a_control(11, "Application allow-listing pilot", "M1038", **client, status=Status.PARTIAL, level=0.25),
        a_control(12, "Monthly patch cycle", "M1051", owner="Operations", reviewed=date(2026, 9, 1), **full),
        a_control(13, "Awareness training, yearly", "M1017", owner="HR", expires=date(2026, 10, 31), **full),
        a_control(14, "Web proxy with category filter", "M1021", owner="Network team", **full),
        a_control(15, "Browser isolation for finance", "M1048", **client, status=Status.ALTERNATIVE, level=1.0),
        a_control(16, "Server segmentation, IPS at the edge", "M1030", "M1031", owner="Network team", **half),
        a_control(17, "Disable LLMNR and SMBv1", "M1042", owner="Operations", status=Status.ABSENT, level=0.0),
        a_control(18, "Mail encryption", "M1041", status=Status.NOT_APPLICABLE),
        a_control(19, "File server permission review", "M1022", owner="Operations", status_text="ongoing?"),
        a_control(20, "Exploit Guard", "M1050", **client, **half),
        a_control(21, "Crown-jewel protection", owner="CISO office", **full),
        a_control(22, "Hardening of the AD tiers", **iam, **half),
    )


def the_issues() -> tuple[Issue, ...]:
    """One for each unresolved row of the register, and two more."""
    return (
        an_issue(21, "“Crown-jewel protection” names no mitigation."),
        an_issue(
            22,
            "“Hardening of the AD tiers” names no mitigation.",
            suggestions=(
                Suggestion(id="M1015", name="Active Directory Configuration", confidence=0.71),
                Suggestion(id="M1028", name="Operating System Configuration", confidence=0.44),
            ),
        ),
        an_issue(8, "M1026 stands in rows 7 and 8: the highest counts.", code="conflict", severity=Severity.WARNING),
        an_issue(19, "“ongoing?” is no status that can be read; the row counts 0.", code="unknown-status"),
    )


def an_issue(row: int, message: str, **more: Any) -> Issue:
    content: dict[str, Any] = {
        "location": f"Controls!{row}:B",
        "row": row,
        "code": "unresolved",
        "severity": Severity.ERROR,
        "message": message,
    }
    return Issue(**(content | more))


def an_inventory(controls: Iterable[Control] = (), issues: Iterable[Issue] = (), **more: Any) -> Inventory:
    content: dict[str, Any] = {
        "name": "controls-2026.xlsx",
        "digest": "sha256:" + "5f" * 32,
        "sheet": "Controls",
        "header_row": 4,
        "columns": {"text": "B", "mitigation": "C", "status": "E", "owner": "F"},
        "controls": tuple(controls),
        "issues": tuple(issues),
    }
    return Inventory(**(content | more))


def the_inventory() -> Inventory:
    return an_inventory(a_register(), the_issues())


def a_report(catalogue: Catalogue, *groups: str, inventory: Inventory | None = None, policy: str = "mean") -> Report:
    """An inventory, the register unless told otherwise, against each of the groups."""
    found = inventory or the_inventory()
    made = (assess(catalogue, each, found, policy=POLICIES[policy], as_of=AS_OF) for each in groups)
    return Report.of(catalogue, tuple(made), found)


def a_catalogue(uses: Mapping[str, Mapping[str, Iterable[str]]], **more: Any) -> Catalogue:
    """`uses` maps a group's id to its techniques, each with its mitigations."""
    mitigates = {key: tuple(found) for techniques in uses.values() for key, found in techniques.items()}
    named = sorted({each for found in mitigates.values() for each in found})
    content: dict[str, Any] = {
        "domain": Domain.ENTERPRISE,
        "version": "99.1",
        "digest": "sha256:" + "ca" * 32,
        "source": "made.json",
        "copyright": COPYRIGHT,
        "tactics": {"TA0006": Tactic(id="TA0006", name="Credential Access", shortname="credential-access")},
        "techniques": {each: Technique(id=each, name=f"Technique {each}", tactics=("TA0006",)) for each in mitigates},
        "mitigations": {each: Mitigation(id=each, name=f"Mitigation {each}") for each in named},
        "groups": {each: Group(id=each, name=f"Group {each}") for each in uses},
        "uses": {each: tuple(techniques) for each, techniques in uses.items()},
        "mitigates": {key: found for key, found in mitigates.items() if found},
    }
    return Catalogue(**(content | more))


def three_groups() -> Catalogue:
    """One covered, one with gaps, one against which nothing can be done."""
    return a_catalogue(
        {
            "G0001": {"T1001": ("M1032",), "T1002": ("M1040", "M1032")},
            "G0002": {"T1001": ("M1032",), "T1003.001": ("M1027", "M1099"), "T1004": ("M1056",), "T1005": ()},
            "G0003": {"T1005": (), "T1006": ()},
        }
    )


def a_hostile_report(words: str) -> Report:
    """`words` in every place that other people write: the upload's and, of a document of theirs, the catalogue's."""
    said: dict[str, Any] = dict.fromkeys(("reference", "status_text", "owner", "evidence", "notes"), words)
    dated = {"reviewed": date(1850, 1, 1), "expires": date(2020, 1, 1)}
    controls = (
        a_control(5, words, "M1032", status=Status.PARTIAL, level=0.999, location=f"{words}!5", **said),
        a_control(6, words, "M1032", status=Status.IMPLEMENTED, level=1.0, location=f"{words}!6", **said, **dated),
        a_control(7, words, location=f"{words}!7", **said),
    )
    near = (Suggestion(id=words, name=words, confidence=0.0004),)
    issues = (
        an_issue(7, words, location=f"{words}!7:B", code=words, suggestions=near),
        an_issue(6, words, location=f"{words}!6:B", code=words, suggestions=near),
    )
    inventory = an_inventory(controls, issues, name=words, digest=words, sheet=words)
    return a_report(
        a_catalogue(
            {"G0001": {"T1001": ("M1032", "M1027"), "T1005": ()}},
            source=words,
            version=None,
            digest=words,
            copyright=words,
            notes=(words,),
            tactics={"TA0006": Tactic(id="TA0006", name=words, shortname=words)},
            techniques={each: Technique(id=each, name=words, tactics=("TA0006",)) for each in ("T1001", "T1005")},
            mitigations={each: Mitigation(id=each, name=words) for each in ("M1032", "M1027")},
            groups={"G0001": Group(id="G0001", name=words)},
        ),
        "G0001",
        inventory=inventory,
    )
