"""Words that say how a sentence is meant: denied, doubted, planned, running, done, stopped. Seven languages, one expression each.

They are looked for in text whose names are masked (`Context.masked`), so that the project REPLICATE is no replication.
"""

from __future__ import annotations

import re
from typing import Final

from graph.model import Modality, Progress

# Kinds whose names are masked before cues are looked for; names of solutions are plain words and stay.
NAMES: Final = ("project", "programme", "place", "organisation", "person", "event")
_NEGATED: Final = re.compile(
    r"\b(?:not|no|never|none|nobody|neither|nor|without|cannot|\w+n['’]t|nothing|lacks?|absent|instead of"
    r"|nicht|kein\w*|nie|niemals|ohne|weder|nichts"
    r"|ne|n['’](?=\w)|pas|aucun\w*|jamais|sans|ni|rien"
    r"|nunca|ning[uú]n\w*|sin|tampoco|nada"
    r"|non|nessun\w*|mai|senza|né|niente"
    r"|nie|żaden|żadn\w*|bez|nigdy"
    r"|não|nenhum\w*|sem|nunca)\b",
    re.IGNORECASE,
)
_HEDGED: Final = re.compile(
    r"\b(?:may|might|could|would|possibl\w+|perhaps|likely|presumably|apparently|reportedly|allegedly|seems?|unclear|uncertain"
    r"|potential(?:ly)?|open question|whether"
    r"|könnte\w*|möglich\w*|vielleicht|vermutlich|angeblich|offenbar|soll|ob|wohl|unklar"
    r"|pourrai\w+|peut-être|probablement|semble\w*|serai\w+|aurai\w+|éventuel\w*"
    r"|podrí\w+|quizás?|probablemente|parece\w*|posible\w*|sería\w*"
    r"|potrebb\w+|forse|probabilmente|sembra\w*|possibil\w*|sarebbe"
    r"|może|mógł\w*|prawdopodobnie|podobno|chyba|czy"
    r"|poderia\w*|talvez|provavelmente|possivelmente|seria)\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[,;:()–—]| but | aber | mais | pero | ma | ale | mas | und | and ", re.IGNORECASE)


def modality(text: str, at: int | None = None) -> Modality:
    """Return how a sentence is meant, or the clause of it that holds this offset."""
    start, end = 0, len(text)
    if at is not None:
        for border in _CLAUSE.finditer(text):
            if border.end() <= at:
                start = border.end()
            elif border.start() > at:
                end = border.start()
                break
    clause = text[start:end]
    if _NEGATED.search(clause):
        return Modality.NEGATED
    return Modality.HEDGED if _HEDGED.search(clause) else Modality.STATED


PROGRESS: Final[dict[Progress, re.Pattern[str]]] = {
    Progress.STOPPED: re.compile(
        r"\b(?:stopp(?:ed|ing)|abandon\w*|cancel+ed|discontinu\w*|gave up|given up|dropped|shut down|closed down|terminated|scrapped"
        r"|withdr[ae]wn?|off the (?:list|table|agenda)|did not survive|phased out|halted|no longer"
        r"|eingestellt|abgebrochen|aufgegeben|gestoppt|verworfen|gestrichen|beendet|zurückgezogen"
        r"|abandonn\w*|arrêté\w*|annulé\w*|renonc\w*|interrompu\w*"
        r"|abandonad\w*|cancelad\w*|suspendid\w*|detenid\w*|renunci\w*|descartad\w*"
        r"|abbandonat\w*|annullat\w*|sospes\w*|interrott\w*|rinunciat\w*|fermat\w*"
        r"|zaniecha\w*|porzucon\w*|wstrzyma\w*|przerwan\w*|zrezygnowa\w*"
        r"|abandonad\w*|cancelad\w*|interrompid\w*|suspens\w*|desisti\w*)\b",
        re.IGNORECASE,
    ),
    Progress.FUNDED: re.compile(
        r"\b(?:funding (?:has been |was |is )?(?:granted|secured|approved|awarded)|(?:secured|obtained|won|received|awarded) (?:\w+ ){0,3}(?:funding|grants?)"
        r"|Förder\w+ (?:bewilligt|erhalten)|bewilligt|financement (?:obtenu|accordé)|financiación (?:obtenida|concedida)"
        r"|finanziamento (?:ottenuto|concesso)|dofinansowanie (?:przyznan\w*|otrzyma\w*)|financiamento (?:obtido|concedido))\b",
        re.IGNORECASE,
    ),
    Progress.INTENDED: re.compile(
        r"\b(?:intend\w*|wants? to|wish(?:es)? to|hopes? to|aim(?:s|ed|ing)? (?:to|at)|consider(?:s|ed|ing)|interested|declar\w+|expressed|commit(?:s|ted|ment)"
        r"|letters? of (?:support|intent)|looks? at|explor\w+|would like|discuss\w*|think(?:s|ing) about|studying|ambition\w*|keen"
        r"|beabsichtig\w*|möcht\w*|woll(?:en|te|ten)|will\b|Absicht\w*|interessier\w*|erwäg\w*|überleg\w*"
        r"|souhait\w*|veu(?:t|lent)|envisag\w*|intention\w*|s['’]intéress\w*|compt(?:e|ent) (?:sur|bien)?|voudrai\w*|voulai\w*"
        r"|quier\w*|pretend\w*|tien\w+ la intención|intención|dese\w+|estudi\w+|interesad\w*|querí\w*"
        r"|intend\w*|vuol\w*|vogliono|vorrebb\w*|intenzion\w*|interessat\w*|voleva\w*"
        r"|zamierza\w*|chc(?:e|ą)|chciał\w*|zainteresowan\w*|rozważ\w*"
        r"|pretend\w*|quer\w*|tenciona\w*|interessad\w*)\b",
        re.IGNORECASE,
    ),
    Progress.PLANNED: re.compile(
        r"\b(?:plans?|planned|planning|will|shall|to be|is going to|are going to|upcoming|foreseen|scheduled|expected|proposed?|design(?:ed)? to|in preparation"
        r"|roadmaps?|by (?:the end of )?20\d\d|future|next (?:year|phase|step)s?|about to|due to|soon|later|prepar\w+|forthcoming|tender"
        r"|plan(?:t|en|te|ten|ung)|geplant\w*|soll(?:en|te)?|wird|werden|vorgesehen|künftig|demnächst|vorbereit\w*|Fahrplan"
        r"|prévoi\w*|prév(?:u|ue|us|ues)|sera|seront|va|vont|projet\w* de|prépar\w*|feuilles? de route|d['’]ici 20\d\d"
        r"|planea\w*|planific\w*|previst\w*|será\w*|va a|van a|prepar\w*|proyect\w+|hoja de ruta|prevé\w*"
        r"|pianific\w*|previst\w*|sarà|saranno|prepar\w*|progetta\w*|entro il 20\d\d|prevede\w*|in programma"
        r"|planuj\w*|planowan\w*|będzie|będą|przygotow\w*|ma powstać"
        r"|planeia\w*|planead\w*|previst\w*|será|serão|vai|vão|prepara\w*)\b",
        re.IGNORECASE,
    ),
    Progress.RUNNING: re.compile(
        r"\b(?:is being|are being|under ?way|in progress|ongoing|on-going|under construction|currently|now|started|began|begun|launch\w*|kicked off|continu\w+"
        r"|in operation|operat(?:es|ing)|runs?|running|is (?:working|building|installing|testing|developing|implementing)|are (?:working|building|installing|testing)"
        r"|uses?|offers?|provides?|works|has been (?:working|running)|since 20\d\d|works have|process"
        r"|läuft|laufen\w*|begonnen|begann\w*|gestartet|im Bau|derzeit|zurzeit|aktuell|betreibt|arbeitet|unterwegs|entsteht"
        r"|en cours|a commencé|ont commencé|démarr\w*|lanc\w*|fonctionne\w*|actuellement|est en train|chantier"
        r"|en marcha|en curso|ha empezado|empez\w*|comenz\w*|inici\w*|actualmente|funciona\w*|en obras|está\w* \w+ndo"
        r"|in corso|è partit\w*|avviat\w*|iniziat\w*|attualmente|funziona\w*|sta(?:nno)? \w+ndo|cantiere"
        r"|trwa\w*|w toku|rozpocz\w*|uruchom\w*|obecnie|działa\w*|w budowie"
        r"|em curso|começ\w*|iniciad\w*|atualmente|funciona\w*|em andamento|está a)\b",
        re.IGNORECASE,
    ),
    Progress.DONE: re.compile(
        r"\b(?:completed?|finished|installed|built|opened|inaugurated|implemented|delivered|achieved|put (?:up|into)|set up|introduced|replaced|renovated|refurbished"
        r"|connected|deployed|rolled out|carried out|realised|realized|commissioned|equipped|created|established|planted|adopted|took over|took up|copied|ended|tested|trialled"
        r"|fertig\w*|abgeschlossen|gebaut|errichtet|eröffnet|installiert|umgesetzt|übernommen|eingeführt|saniert|in Betrieb"
        r"|achev\w*|termin[ée]\w*|install[ée]\w*|construit\w*|ouvert\w*|inaugur\w*|réalis\w*|repris\w*|adopt\w*|mis en (?:place|service|œuvre)"
        r"|terminad\w*|complet\w*|instalad\w*|construid\w*|abiert\w*|inaugur\w*|implantad\w*|adoptad\w*|hecho suyo|puesto en marcha"
        r"|completat\w*|finit\w*|installat\w*|costruit\w*|apert\w*|inaugurat\w*|realizzat\w*|adottat\w*|conclus\w*|ristrutturat\w*"
        r"|zakończ\w*|ukończ\w*|zainstalowan\w*|zbudowa\w*|otwart\w*|wdroż\w*|przejęł\w*|zrealizowan\w*"
        r"|conclu[ií]d\w*|terminad\w*|instalad\w*|construíd\w*|abert\w*|implementad\w*|adotad\w*)\b",
        re.IGNORECASE,
    ),
}


def progress_cues(text: str) -> dict[Progress, int]:
    """Return how many cues of each progress a (masked) sentence holds."""
    return {progress: len(pattern.findall(text)) for progress, pattern in PROGRESS.items()}
