"""Where a report comes from: enough to make it again, byte for byte, and MITRE's own words on the data."""

from mitigap.assessment.model import Assessment, CatalogueRef
from reports import figures, summary
from reports.report import Report

Fact = tuple[str, str]


def label(catalogue: CatalogueRef) -> str:
    """`enterprise-attack@18.1`, or the document's name where it names no release."""
    return f"{catalogue.domain}@{catalogue.version}" if catalogue.version else catalogue.source


def facts(report: Report) -> tuple[Fact, ...]:
    """A term and what it is, each once, in the order in which they are read."""
    found = dict.fromkeys(fact for each in report.assessments for fact in _facts(each))
    terms = list(dict.fromkeys(term for term, _ in found))
    return tuple(sorted(found, key=lambda fact: terms.index(fact[0])))


def _facts(assessment: Assessment) -> tuple[Fact, ...]:
    catalogue, inventory = assessment.catalog, assessment.inventory
    named = label(catalogue)
    return (
        ("Catalogue", named),
        *([("Catalogue's source", catalogue.source)] if catalogue.source != named else []),
        ("Catalogue's digest", catalogue.digest),
        ("Inventory", inventory.name),
        ("Inventory's digest", inventory.digest),
        *([("Choices' digest", inventory.choices)] if inventory.choices else []),
        ("Rows", f"{figures.count(inventory.controls, 'control')}, {inventory.unresolved:,} unresolved"),
        ("Policy", summary.rule(assessment.policy)),
        ("As of", assessment.as_of),
        ("Engine", f"Mitigap {assessment.engine}"),
    )


def copyrights(report: Report) -> tuple[str, ...]:
    """Exactly as the catalogues carry it."""
    return tuple(dict.fromkeys(each.catalog.copyright for each in report.assessments if each.catalog.copyright))


def notes(report: Report) -> tuple[str, ...]:
    """What reading the catalogues had to decide."""
    return tuple(dict.fromkeys(note for each in report.assessments for note in each.catalog.notes))
