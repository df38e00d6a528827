"""What people write into a status column, by what it means: data, one table a meaning.

A word is written as `words.fold` leaves it: lower case, no accents, no punctuation. Sources are named where a word
comes from one framework's list; the rest is what registers hold.
"""

from mitigap.inventory.model import Status

_IMPLEMENTED = """
implemented | fully implemented | fi | implementation complete | control implemented | is implemented | full | fully
implemented on all systems | approved implemented on all systems | implemented on all | all systems | all
operational | fully operational | operating | operating effectively | effective | in operation | in effect
active | actively enforced | live | in production | production | in use | in place | fully in place | used | exists
deployed | fully deployed | deployed on all systems | rolled out | fully rolled out | installed | enabled
enforced | on
complete | completed | done | finished | achieved | established | configured | available | present
not a finding
compliant | fully compliant | conformant | met | fully met | requirement met | satisfied | fully satisfied
pass | passed | passing | ok | resolved through third party
inherited | inherited implemented | provided by service provider | service provider corporate | leveraged
yes | y | true | t | green
ja | j | umgesetzt | vollstandig umgesetzt | voll umgesetzt | implementiert | vollstandig implementiert | vorhanden
erfullt | vollstandig erfullt | aktiv | eingefuhrt | abgeschlossen | erledigt | fertig | grun | wirksam | im einsatz
oui | o | mis en oeuvre | mise en oeuvre | mis en place | en place | implemente | deploye | totalement mis en oeuvre
applique | appliquee | realise | actif | conforme | termine | vert | en service | effectif
si | implementado | implementada | totalmente implementado | completado | desplegado | activo | cumple
cumplido | hecho
wdrozone | wdrozony | wdrozona | tak
verde | sim | implementato | attuato | geimplementeerd | volledig geimplementeerd | actief | voldoet
"""

_PARTIAL = """
pi
partial | partially | partly | part | partially implemented | partly implemented | partial implementation | incomplete
partially in place | partially deployed | partial deployment | partially rolled out | partially enabled
partially enforced
partially complete | partially completed | partially effective | partially compliant | partial compliance
partially met
partially satisfied | partially operational | partially active | somewhat | some | most | mostly | mostly implemented
largely implemented | largely | largely in place | largely met | substantially implemented | implemented partially
parts of policy implemented | implemented on some systems | implemented on most systems | some systems | most systems
implemented on some | implemented on most | deployed on some systems | deployed on most systems
limited | limited deployment | limited rollout | degraded | amber | yellow | orange | needs improvement | half | 50 50
partially inherited | hybrid
teilweise | teils | zum teil | teilweise umgesetzt | teilweise implementiert | teilweise erfullt | teilweise vorhanden
uberwiegend umgesetzt | gelb | eingeschrankt
partiel | partielle | partiellement | partiellement mis en oeuvre | en partie | partiellement conforme | jaune
parcial | parcialmente | parcialmente implementado | parcialmente implementada | en parte | cumple parcialmente
amarillo
czesciowo | czesciowo wdrozone | partially achieved | largely achieved | somewhat compliant | mostly compliant
largely compliant | parzialmente implementato | parziale | gedeeltelijk | deels | gedeeltelijk geimplementeerd
parcialmente cumple
"""

_PLANNED = """
planned | plan | planning | planned for implementation | to be implemented | will be implemented
implementation planned
scheduled | upcoming | future | roadmap | on roadmap | backlog | proposed | budgeted | requested | to do | todo
in progress | inprogress | implementation in progress | in implementation | being implemented | under implementation
implementing | ongoing implementation | work in progress | wip | started | underway | under way | in development
rollout in progress | roll out in progress | deployment in progress | being deployed | deploying
in design | designed | draft | in draft | rolling out | being rolled out | in rollout | pilot | piloting | in pilot
testing | in testing | poc | proof of concept | evaluating | on hold | onhold | paused | deferred | delayed | pending
postponed | not yet | not yet implemented | awaiting | assigned | to be deployed | to be done
geplant | in planung | in umsetzung | in arbeit | in bearbeitung | in einfuhrung | begonnen | vorgesehen
prevu | prevue | planifie | planifiee | en cours | a faire | en projet | en attente | en cours de mise en oeuvre
planificado | planificada | previsto | en curso | en progreso | pendiente | por hacer | em andamento | planejado
planowane | zaplanowane | w trakcie | w trakcie wdrazania | to address | planned to be implemented
pianificato | in corso | gepland | in uitvoering
"""

_ALTERNATIVE = """
alternative | alternate | alternative implementation | alternate implementation | alternatively implemented
alternative control | resolved through alternate mitigation | compensating | compensating control
compensating controls | compensated | compensating measure
mitigated by compensating control | implemented alternatively | implemented with compensating control
implemented by alternative means | implemented with ccw | in place with ccw | alternativ | alternativ umgesetzt
kompensiert
kompensierende massnahme | mesure compensatoire | control compensatorio | alternativa
"""

_NOT_APPLICABLE = """
not applicable | n a | na | not relevant | out of scope | not in scope | excluded | excluded from scope
not required | not needed | does not apply | inapplicable | scoped out
nicht anwendbar | nicht zutreffend | nicht relevant
nicht notig | nicht notwendig | nicht benotigt | entbehrlich | entfallt | nicht erforderlich
non applicable | sans objet | s o | hors perimetre | non concerne | no aplica | no aplicable | no procede
nie dotyczy | nao aplicavel | non applicabile | niet van toepassing | nvt | n v t
"""

_ABSENT = """
not implemented | unimplemented | ni | nc | not deployed | not in place | not installed | not enabled | not configured
not present
not available | not met | not satisfied | not compliant | non compliant | noncompliant | not complete | not completed
not done | not active | does not meet | not live
not rolled out | not operational | not effective | ineffective | not enforced | not used | not achieved
not started | not addressed | not existing | non existent | nonexistent | does not exist | not established
other than satisfied | unsatisfied | fail | failed | failing | warning | none | nothing | nil | missing | absent
gap | disabled | off | inactive | no | n | false | f | red | zero | never | no longer | rejected | declined
cancelled
canceled | not planned | no plan | deprecated | decommissioned | retired | removed | uninstalled | expired | broken
obsolete | defective | faulty | end of life | archived | withdrawn | revoked | suspended | down | stopped
exception | exempt | exempted | waived | waiver | risk accepted | accepted risk | accept risk | accept the risk
formally accept the risk | accept the risk formally | risk acceptance | risk is accepted
not implemented risk accepted
no policy | nonconformity | major nonconformity | minor nonconformity | non conformant
nein | nicht umgesetzt | nicht implementiert | nicht erfullt | nicht vorhanden | nicht eingefuhrt | fehlt
fehlend | keine
nicht begonnen | nicht erledigt | nicht aktiv | nicht wirksam | offen | inaktiv | rot | deaktiviert
non | non mis en oeuvre | pas mis en oeuvre | non implemente | non conforme | absente | aucun | aucune
manquant | rouge
non realise | non realisee | non fait | pas fait | non demarre | non effectue | non actif
non deploye | pas en place | inactif | desactive | non applique
no implementado | no implementada | no cumple | no iniciado | inactivo | ausente | ninguno | ninguna | rojo | nao
wont do | won t do | nie | nie wdrozone | niewdrozone
nao implementado | non implementato | nee | niet geimplementeerd | niet
"""

_UNKNOWN = """
unknown | tbd | to be determined | tbc | to be confirmed | not assessed | not evaluated | not tested | not reviewed
not known | unclear | unsure | undetermined | under review | in review | to review | to be reviewed
under assessment | to assess
not determined | not set | unassessed | not rated | no data | no information | not specified | unspecified
undefined | null | error | grey | gray | grau | gris
unbekannt | unklar | nicht bewertet | zu klaren | inconnu | a definir | a determiner | non evalue
desconocido | por definir | no evaluado | sconosciuto | onbekend
"""


def _table(text: str, status: Status | None) -> dict[str, Status | None]:
    return {word.strip(): status for line in text.splitlines() for word in line.split("|") if word.strip()}


WORDS: dict[str, Status | None] = {
    **_table(_UNKNOWN, None),
    **_table(_IMPLEMENTED, Status.IMPLEMENTED),
    **_table(_PARTIAL, Status.PARTIAL),
    **_table(_PLANNED, Status.PLANNED),
    **_table(_ALTERNATIVE, Status.ALTERNATIVE),
    **_table(_NOT_APPLICABLE, Status.NOT_APPLICABLE),
    **_table(_ABSENT, Status.ABSENT),
}
"""Every word known; None where the word itself says that nobody knows."""

IN_PROGRESS = frozenset({"in progress", "inprogress", "started", "implementation in progress", "in implementation",
    "being implemented", "under implementation", "implementing", "work in progress", "wip", "underway", "under way",
    "rolling out", "being rolled out", "in rollout", "rollout in progress", "roll out in progress",
    "deployment in progress", "being deployed", "deploying", "ongoing implementation", "pilot", "piloting", "in pilot",
    "in umsetzung", "in arbeit", "in bearbeitung", "in einfuhrung", "begonnen", "en cours",
    "en cours de mise en oeuvre", "en curso", "en progreso", "em andamento", "in corso", "in uitvoering"})  # fmt: skip
"""Planned, until a percentage beside them says how much is there already: then partial."""

SIGNS = {
    "✓": Status.IMPLEMENTED, "✔": Status.IMPLEMENTED, "☑": Status.IMPLEMENTED, "✅": Status.IMPLEMENTED,
    "√": Status.IMPLEMENTED, "●": Status.IMPLEMENTED, "🟢": Status.IMPLEMENTED, "+": Status.IMPLEMENTED,
    "◐": Status.PARTIAL, "◑": Status.PARTIAL, "~": Status.PARTIAL, "🟡": Status.PARTIAL, "🟠": Status.PARTIAL,
    "✗": Status.ABSENT, "✘": Status.ABSENT, "❌": Status.ABSENT, "✖": Status.ABSENT, "☐": Status.ABSENT,
    "○": Status.ABSENT, "🔴": Status.ABSENT,
}  # fmt: skip
"""Signs that stand for a word. `x` is not among them: it is a tick in one sheet and a cross in the next."""

MATURITY = {
    "nonexistent": 0, "non existent": 0, "incomplete": 0, "not performed": 0, "none": 0,
    "initial": 1, "performed": 1, "ad hoc": 1, "performed informally": 1,
    "repeatable": 2, "managed": 2, "planned and tracked": 2, "developing": 2, "repeatable but intuitive": 2,
    "defined": 3, "established": 3, "well defined": 3,
    "quantitatively managed": 4, "measured": 4, "predictable": 4, "managed and measurable": 4,
    "optimizing": 5, "optimising": 5, "optimized": 5, "optimised": 5, "innovating": 5, "continuously improving": 5,
}  # fmt: skip
"""CMMI's, COBIT's and CyFun's words for a maturity of 0 to 5. `managed` is 4 where the sheet also says repeatable."""
