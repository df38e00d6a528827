from factories.assessment import a_catalogue, a_technique

from mitigap.assessment import vocabulary
from mitigap.catalog.model import Domain, Fate, Mitigation, Retired
from mitigap.choices import Choices
from mitigap.inventory.model import Vocabulary


def test_the_words_of_a_catalogue() -> None:
    catalogue = a_catalogue(
        {"T1001": ["M1017", "M1055"]},
        retired_mitigations={
            "M1001": Retired(id="M1001", name="Old", fate=Fate.REVOKED, replaced_by="M1017"),
            "T1002": Retired(id="T1002", name="Older", fate=Fate.DEPRECATED),
        },
        retired_techniques={"T1009": Retired(id="T1009", name="Gone", fate=Fate.REVOKED)},
    )

    assert vocabulary.of(catalogue, Choices(names={"our mfa": ("M1032",)})) == Vocabulary(
        label="enterprise-attack@99.0",
        domain="enterprise-attack",
        mitigations={"M1017": "Mitigation M1017"},
        retired={"M1001": ("Old", "revoked", "M1017"), "T1002": ("Older", "deprecated", None)},
        techniques=frozenset({"T1001", "T1009"}),
        ignored=frozenset({"M1055"}),
        confirmed={"our mfa": ("M1032",)},
    )


def test_do_not_mitigate_is_each_domains_own() -> None:
    named = {each: Mitigation(id=each, name=each) for each in ("M1055", "M1059")}
    mobile = a_catalogue({}, domain=Domain.MOBILE, techniques={"T1001": a_technique("T1001")}, mitigations=named)

    words = vocabulary.of(mobile)

    assert set(words.mitigations) == {"M1055"}
    assert words.ignored == {"M1059"}
