"""What people head their columns with, by the field it means: data. Written as `words.fold_header` leaves it."""

from mitigap.inventory.fields import Field
from mitigap.inventory.words import bag

SETTLED, STRONG, FAIR, WEAK = 9, 5, 4, 2
"""How far a header is to be believed: a WEAK one counts only where the values beneath agree, a SETTLED one always."""

_ROWS: tuple[tuple[Field, int, str], ...] = (
    (Field.MITIGATION_ID, STRONG, """
        mitigation id | mitigation ids | mitigations ids | mitigation no | mitigation number | mitigation code
        mitigation ref
        att ck mitigation id | att ck mitigation ids | mitre att ck mitigation id | mitre mitigation id
        attack mitigation id
        mitre id | mitre ids | mitre att ck id | att ck id | att ck ids | attack id | m id | m ids | m number | mid
        mitre att ck mitigation ids | mitre mitigation ids | mitre attack id | attack mitigation ids
        massnahmen id att ck | mitigations id | id mitigation | id de mitigation | id de mitigacion"""),
    (Field.MITIGATION, STRONG, """
        mitigation | mitigations | mitigation name | mitigation title | mitigations name | name of mitigation
        att ck mitigation | att ck mitigations | mitre att ck mitigation | mitre att ck mitigations | mitre mitigation
        mitre mitigations | attack mitigation | attack mitigations | att ck mitigation name
        mitre att ck mitigation name
        mitre mitigation name | attack mitigation name | mitre attack mitigation | mapped mitigation
        mapped mitigations
        mitre att ck | att ck | mitre | mitre mapping | att ck mapping | mitre att ck mapping | mitigation mapping
        mitigation measure | countermeasure | countermeasures | mitigationsmassnahme | gegenmassnahme
        gegenmassnahmen
        attenuation | mesure d attenuation | contre mesure | mitigacion | mitigaciones | contramedida
        contramedidas"""),
    (Field.CONTROL, FAIR, """
        control | controls | control name | control title | security control | security controls | name of control
        security control name | safeguard | safeguards | safeguard name | safeguard title | measure | measures
        security measure | security measures | measure name | control activity | control measure | protection
        massnahme | massnahmen | sicherheitsmassnahme | kontrolle | controle | controles | mesure | mesures
        mesure de securite | medida | medidas | medida de seguridad | control de seguridad | misura | maatregel"""),
    (Field.CONTROL, 3, """
        name | title | requirement | requirements | statement | recommendation | practice | capability | item
        subject
        control requirement | control objective | control statement | what | topic | security capability | solution
        technology | tool | product | bezeichnung | titel | anforderung | nom | intitule | titre | exigence | nombre
        titulo | requisito"""),
    (Field.CONTROL, 1, """
        description | control description | safeguard description | details | text | beschreibung | descripcion
        summary"""),
    (Field.REFERENCE, FAIR, """
        id | control id | control ids | control no | control number | control ref | control reference
        control code | ref
        reference | ref no | reference no | reference id | no | nr | number | # | code | item no | item id | row | key
        safeguard id | cis safeguard | cis control | cis id | iso control | iso ref | nist id | nist control | csf id
        requirement id | asset id | unique id | identifier | sl no | s no | sno | serial no | index | uid
        identifikator
        kennung | lfd nr | referenz | identifiant | numero | n | referencia | identificador | cid"""),
    (Field.TECHNIQUE, FAIR, """
        technique | techniques | technique id | technique ids | technique name | att ck technique | att ck techniques
        att ck technique id | mitre technique | mitre techniques | mitre technique id | mitre att ck technique
        mitre att ck technique id | attack technique | attack technique id | ttp | ttps | t id | technik | techniken
        tecnica | tecnicas"""),
    (Field.STATUS, 6, """
        implementation status | control status | mitigation status | deployment status | status of implementation
        control implementation status | implementation state | deployment state | current implementation status
        coverage status | coverage state | completion status | progress status | rollout status | roll out status
        umsetzungsstatus | umsetzungsstand | implementierungsstatus | statut de mise en oeuvre
        etat de mise en oeuvre
        estado de implementacion | estado de la implementacion | control implemented | stand der umsetzung"""),
    (Field.STATUS, STRONG, """
        status | implemented | is implemented | implemented yes no | implemented y n | implemented? | deployed
        deployed?
        is deployed | in place | in place? | control in place | current status | statut | estado | umgesetzt
        umgesetzt?
        status quo | is it implemented | is it implemented? | mis en oeuvre | implementado | implementado? | stato
        mise en oeuvre | umsetzung"""),
    (Field.STATUS, WEAK, """
        state | implementation | control implementation | deployment | compliance | compliance status
        compliant | result
        results | assessment result | assessment | finding | enabled | enabled? | active | active? | exists | exists?
        present | present? | conformity | effectiveness | implementation level | rag | rag status | rating status
        etat | erfullt | erfullt? | vorhanden | vorhanden? | yes no | y n | answer | response | current state | done
        done? | zustand | stand | conformite | resultat | ergebnis | resultado | cumplimiento | situation"""),
    (Field.LEVEL, STRONG, """
        % | % implemented | implemented % | percent | percentage | percent implemented | percentage implemented
        implementation % | implementation percent | implementation percentage | % complete | % completed
        percent complete | percentage complete | % deployed | deployment % | deployed % | coverage | coverage %
        % coverage | % covered | coverage percent | coverage percentage | coverage level | deployment coverage
        implementation coverage | percent deployed | degree of implementation | extent | rollout % | completion %
        progress % | umsetzungsgrad | erfullungsgrad | abdeckung | prozent | taux | taux de couverture | couverture
        pourcentage | cobertura | porcentaje | grado de implementacion | completion | progress | fortschritt
        avancement | degree of completion | level of completion | degree of fulfilment | implementierungsgrad
        realisierungsgrad | fertigstellungsgrad | fertigstellung | taux de realisation | taux d avancement
        taux de mise en oeuvre | grado de avance"""),
    (Field.LEVEL, WEAK, """
        level | implementation score | score | rating | grade | niveau | nivel | stufe | puntuacion | value"""),
    (Field.MATURITY, STRONG, """
        implementation maturity | implementation maturity score | implementation maturity level"""),
    (Field.MATURITY, WEAK, """
        documentation maturity | documentation maturity score | documentation maturity level | policy maturity"""),
    (Field.MATURITY, FAIR, """
        maturity | maturity level | maturity score | maturity rating | current maturity | current maturity level
        cmmi | cmmi level | cmm | cmm level | capability level | actual maturity | maturity actual | as is maturity
        maturity as is | practice maturity | reifegrad
        ist reifegrad | current tier | csf tier | implementation tier | current implementation tier
        maturite | niveau de maturite | madurez | nivel de madurez | maturiteit"""),
    (Field.APPLICABLE, FAIR, """
        applicable | applicable? | is applicable | applicability | applies | applies? | in scope | in scope?
        scope status
        applicable yes no | applicable y n | relevant | relevant? | anwendbar | anwendbar? | anwendbarkeit
        applicabilite | aplicable | aplicabilidad | zutreffend"""),
    (Field.OWNER, FAIR, """
        owner | owners | control owner | responsible | responsibility | responsible party | responsible team
        responsible person | responsible role | owned by | team | assigned to | assignee | accountable | risk owner
        process owner | owner name | owner team | business owner | implementation owner | person responsible
        customer security stakeholders | verantwortlich | verantwortlicher | verantwortung | eigentumer | zustandig
        responsable | proprietaire | propietario"""),
    (Field.EVIDENCE, FAIR, """
        evidence | evidence link | evidence links | evidence url | evidence location | evidence reference | proof
        artifact | artifacts | artefact | artefacts | supporting evidence | audit evidence | nachweis
        nachweise | beleg
        preuve | preuves | evidencia | evidencias"""),
    (Field.NOTES, FAIR, """
        notes | note | comment | comments | remark | remarks | observation | observations | implementation notes
        implementation details | implementation description | implementation statement | additional notes
        justification
        rationale | bemerkung | bemerkungen | kommentar | anmerkung | anmerkungen | commentaire | commentaires
        remarque | comentario | comentarios | observaciones | notas"""),
    (Field.REVIEWED, FAIR, """
        reviewed | reviewed on | last reviewed | last review | last review date | review date | date reviewed
        date of last review | date of review | last assessed | last assessment | assessment date | date assessed
        last tested | last test | test date | last audit | last checked | last verified | last updated | verified on
        last validated | zuletzt gepruft | letzte prufung | geprueft am | gepruft am | derniere revue | date de revue
        ultima revision | fecha de revision"""),
    (Field.EXPIRES, FAIR, """
        expires | expires on | expiry | expiry date | expiration | expiration date | expire date | expired on
        date of expiry
        valid until | valid to | valid through | validity | end date | end of validity | effective until
        exception expiry
        gultig bis | ablaufdatum | ablauf | lauft ab | expire le | valable jusqu au | date d expiration | date de fin
        vence | vencimiento | fecha de vencimiento | valido hasta | fecha de caducidad | caducidad"""),
    (Field.DUE, FAIR, """
        due | due date | due by | due on | target date | planned date | planned for | deadline | target completion date
        planned completion date | faellig | fallig | faellig am | fallig am | zieldatum | termin | echeance
        date d echeance | date cible | fecha limite | fecha objetivo"""),
    (Field.OTHER, FAIR, """
        mapping type | relationship type | type | control type | category | control category | family | control family
        domain | control domain | section | subsection | theme | function | risk | risks | risk level | risk rating
        priority | severity | criticality | impact | likelihood | cost | effort | budget | stix id | url | link
        created | last modified | modified | version | citations | relationship citations | references
        mitigation description | technique description | target | target status | target maturity
        target maturity level | desired maturity | desired state | target level | to be maturity | soll reifegrad
        maturity target | policy maturity target | implementation date
        start date
        next review | next review date | completion date | assurance level | security level
        confidence level
        framework | source | asset | assets | gap | gaps | action | remediation action | remediation plan
        test procedure
        implementation group | ig | originating document | guidance | implementation guidance | implementation plan
        implementation priority | previous status | former status | last status | status date | date | tactic
        tactics
        mitigates | software | group | groups | platform | platforms | environment | location | site"""),
)  # fmt: skip

HEADERS: dict[str, tuple[Field, int]] = {
    header.strip(): (field, strength)
    for field, strength, text in _ROWS
    for line in text.splitlines()
    for header in line.split("|")
    if header.strip()
}

PERCENT_OF = frozenset(
    each.strip()
    for each in """
    done | complete | completed | finished | implemented | deployed | covered | coverage | rolled out | rollout
    in place | live | enabled | enforced | installed | active | operational | realised | realized
    realisation | realization | achieved | fulfilled | compliant | completion | progress | implementation | deployment
    umgesetzt | umsetzung | erledigt | fertig | fertigstellung | erfullt | erfullung | abgedeckt | abdeckung
    ausgerollt | realise | realisee | realisation | fait | deploye | couvert | couverture | termine
    mis en oeuvre | mise en oeuvre | implementado | completado | hecho | cubierto | avance
    """.replace("\n", "|").split("|")
    if each.strip()
)
"""What a percentage in a header is of, where it tells how far a control is deployed: `% done`, `Pct complete`."""

NOT_OURS = bag(
    "target desired design goal planned due previous former next missing future approval approved ticket document "
    "documentation review risk vendor project task issue budget cost "
    "priority date type family description plan planning test audit evidence technique tactic asset "
    "group residual inherent soll cible objetivo poam contract training remediation "
    "not no non nicht without related suggested recommended proposed potential possible optional"
)
"""Words that turn a header into something else: `Target maturity`, `Approval status`, `Implementation date`."""
