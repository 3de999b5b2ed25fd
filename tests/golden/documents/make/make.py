"""Makes the documents of tests/golden/documents from the texts below, each with what a reader has to find in it.

Run `python tests/golden/documents/make/make.py` where LibreOffice with its hyphenation dictionaries is installed (Debian:
libreoffice-writer, libreoffice-impress, hyphen-de, hyphen-en-gb, fonts-noto-core) and Chromium. All texts are our own; the towns exist,
what is told of them is made up.
"""

# ruff: noqa: E501 - a template of XML
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parents[1]
Part = tuple[str, Any]

REPORT: list[Part] = [
    ("h1", "Street lighting in small towns"),
    ("p", "Final report of the working group, 14 March 2019"),
    ("h2", "What was tried"),
    (
        "p",
        "In the spring of 2016 the municipality of Odder replaced nine hundred streetlamps along its residential roads by "
        "lamps that dim themselves when nobody passes. The neighbouring municipality of Skanderborg followed two years later "
        "with a considerably smaller demonstration in the surroundings of the railway station, and learned from the "
        "misunderstandings of the first procurement.",
    ),
    (
        "p",
        "Residents were asked before and after the replacement whether they felt uncomfortable in the darkened streets. "
        "Surprisingly few did, although representatives of the neighbourhood associations had anticipated considerable "
        "disagreement about the responsibilities for maintenance and about the additional expenditure.",
    ),
    (
        "n",
        (
            "The survey",
            " reached four hundred households out of eleven hundred.",
            "Answers were collected on paper and on a web form.",
        ),
    ),
    ("h2", "What it took"),
    ("p", "Three things were needed, as the project office summed up:"),
    ("li", "an agreement with the utility about the masts"),
    ("li", "a standardised interface for the controllers"),
    ("li", "one person in the town hall with time for it"),
    ("h2", "Figures"),
    ("p", "The table shows what the two municipalities reported after one year of operation."),
    ("t", [["Town", "Lamps", "Saving"], ["Odder", "900", "62 %"], ["Skanderborg", "120", "48 %"], ["Samsø", "75", "51 %"]]),
    (
        "p",
        "Both municipalities would recommend the approach to others. The administrative preparation took considerably more "
        "time than the installation, and an experienced intermediary would have helped with the documentation of the "
        "requirements. A third municipality is considering whether to participate in a joint procurement.",
    ),
    *[
        (
            "p",
            f"{town} has described its circumstances for the appendix: the number of residents, the condition of the existing "
            "installations, the organisational arrangements with the electricity distribution company, and the expectations "
            "that the municipal administration associates with the modernisation of its infrastructure.",
        )
        for town in (
            "Hedensted",
            "Horsens",
            "Favrskov",
            "Syddjurs",
            "Norddjurs",
            "Silkeborg",
            "Viborg",
            "Randers",
            "Struer",
            "Lemvig",
            "Skive",
        )
    ],
]
GERMAN: list[Part] = [
    ("h1", "Wärmenetze in kleinen Gemeinden"),
    ("p", "Abschlussbericht, 3. Oktober 2020"),
    ("h2", "Ausgangslage"),
    (
        "p",
        "Die Stadtverwaltung von Güssing untersuchte gemeinsam mit den Nachbargemeinden, ob die Wärmeversorgungsinfrastruktur "
        "der Schulgebäude auf nachwachsende Rohstoffe umgestellt werden kann. Die Wirtschaftlichkeitsberechnung ergab, dass "
        "die Investitionskosten binnen zwölf Jahren zurückfließen, sofern die Energiegenossenschaft die Betriebsführung übernimmt.",
    ),
    ("h2", "Ergebnisse"),
    (
        "p",
        "Im ersten Winter wurden z. B. 340 Tonnen Kohlendioxid vermieden. Die Bürgerinnen und Bürger beteiligten sich an der "
        "Genossenschaft, und die Nachbargemeinde Stegersbach möchte das Betreibermodell übernehmen, sobald die "
        "Förderungsvoraussetzungen geklärt sind.",
    ),
]
FRENCH: list[Part] = [
    ("h1", "Compte rendu de la réunion du comité de suivi"),
    ("p", "Date : 12 février 2021"),
    ("p", "Lieu : Loos-en-Gohelle"),
    ("h2", "Décisions"),
    (
        "p",
        "Le comité a examiné la rénovation de l’école maternelle. Mme. Delattre a présenté les coûts, qui s’élèvent à 1,2 million d’euros.",
    ),
    ("li", "Le chantier commencera au mois de mai."),
    ("li", "La commune voisine de Liévin sera invitée à visiter le chantier."),
    ("t", [["Poste", "Montant"], ["Isolation", "800 000 €"], ["Chauffage", "400 000 €"]]),
    ("n", ("Le comité", " se réunira à nouveau en juin.", "La date sera confirmée par courrier.")),
]
GREEK: list[Part] = [
    ("h1", "Έξυπνος φωτισμός στα Τρίκαλα"),
    ("p", "Τα Τρίκαλα δοκίμασαν τον έξυπνο φωτισμό το 2017. Ο δήμος αντικατέστησε εκατό λαμπτήρες στο κέντρο της πόλης."),
    ("h2", "Τι άλλαξε"),
    (
        "p",
        "Η κατανάλωση ενέργειας μειώθηκε κατά σαράντα τοις εκατό. Τι έμαθε ο δήμος; Η συντήρηση χρειάζεται εκπαιδευμένο προσωπικό.",
    ),
]
ARABIC: list[Part] = [
    ("h1", "إنارة الشوارع في المدن الصغيرة"),
    ("p", "جربت البلدية مصابيح جديدة في عام 2018. انخفض استهلاك الطاقة إلى النصف بعد سنة واحدة."),
    ("p", "تخطط مدينة مجاورة لتطبيق الفكرة نفسها في العام المقبل."),
]


# Tables without rules ("u"): numbers to the right, a cell that needs two lines, one that is empty.
SAVINGS: list[Part] = [
    ("h1", "What the renovation saved"),
    ("p", "Progress report of the housing office, 8 November 2018"),
    (
        "p",
        "In the autumn of 2017 the municipality of Middelfart asked its housing associations to write down what they had saved "
        "since the renovation, month by month. Four of them did so for a whole year.",
    ),
    ("h2", "Figures"),
    (
        "u",
        [
            ["Association", "Flats", "Saving", "Remarks"],
            ["Brovejen", "1,214", "31 %", "new windows first"],
            ["Teglgaarden", "96", "7 %", ""],
            ["Skovparken", "158", "22 %", "the roof is still to come, and the board has asked for a second offer"],
            ["Strandhuse", "41", "35 %", "heat pumps"],
        ],
    ),
    (
        "p",
        "The neighbouring towns asked for the figures as soon as they heard of them, and two of them have begun with a "
        "renovation of their own.",
    ),
]
OFFERS: list[Part] = [
    ("h1", "Angebote für die Ladesäulen"),
    ("p", "Vermerk der Stadtwerke, 4. Juni 2019"),
    (
        "p",
        "Die Stadt Bühl hat im Frühjahr 2019 drei Angebote für Ladesäulen eingeholt. Der Gemeinderat entschied sich für das "
        "zweite, weil es die Wartung einschließt.",
    ),
    (
        "u",
        [
            ["Anbieter", "Säulen", "Preis", "Frist"],
            ["Erstes Werk", "8", "64 000 €", "im September"],
            ["Zweites Werk", "12", "91 500 €", "im Oktober"],
            ["Drittes Werk", "12", "98 000 €", "offen"],
        ],
    ),
    ("p", "Die Nachbarstadt Achern will die Ausschreibung übernehmen und hat um die Unterlagen gebeten."),
]


def body(parts: list[Part]) -> str:
    """Return the parts as paragraphs of a flat OpenDocument text."""
    out: list[str] = []
    items: list[str] = []
    for kind, value in [*parts, ("end", "")]:
        if kind == "li":
            items.append(f'<text:list-item><text:p text:style-name="B">{escape(value)}</text:p></text:list-item>')
            continue
        if items:
            out.append(f'<text:list text:style-name="L">{"".join(items)}</text:list>')
            items = []
        if kind in {"h1", "h2"}:
            out.append(f'<text:h text:style-name="H{kind[1]}" text:outline-level="{kind[1]}">{escape(value)}</text:h>')
        elif kind == "p":
            out.append(f'<text:p text:style-name="B">{escape(value)}</text:p>')
        elif kind == "n":
            before, after, note = value
            out.append(
                f'<text:p text:style-name="B">{escape(before)}<text:note text:note-class="footnote"><text:note-citation>1'
                f'</text:note-citation><text:note-body><text:p text:style-name="F">{escape(note)}</text:p></text:note-body>'
                f"</text:note>{escape(after)}</text:p>"
            )
        elif kind in {"t", "u"}:
            rows = "".join(
                "<table:table-row>"
                + "".join(
                    f'<table:table-cell table:style-name="{"C" if kind == "t" else "N"}" office:value-type="string"><text:p '
                    f'text:style-name="{"R" if kind == "u" and cell[:1].isdigit() else "T"}">{escape(cell)}</text:p></table:table-cell>'
                    for cell in row
                )
                + "</table:table-row>"
                for row in value
            )
            out.append(
                f'<table:table table:name="T1"><table:table-column table:number-columns-repeated="{len(value[0])}"/>{rows}</table:table>'
            )
    return "".join(out)


def flat(parts: list[Part], language: str, country: str, *, columns: int = 1, header: str = "", rtl: bool = False) -> str:
    """Return a flat OpenDocument text with these parts."""
    direction = 'style:writing-mode="rl-tb" fo:text-align="end"' if rtl else 'fo:text-align="justify"'
    tongue = (
        f'fo:language="{language}" fo:country="{country}" style:language-complex="{language}" style:country-complex="{country}"'
    )
    fonts = 'style:font-name="Noto Serif" style:font-name-complex="Noto Naskh Arabic"'
    heads = (
        f'<style:header><text:p text:style-name="T">{escape(header)}</text:p></style:header><style:footer>'
        '<text:p text:style-name="T"><text:page-number/></text:p></style:footer>'
        if header
        else ""
    )
    columned = f'<style:columns fo:column-count="{columns}" fo:column-gap="0.8cm"/>' if columns > 1 else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="Noto Serif" svg:font-family="'Noto Serif'"/><style:font-face style:name="Noto Naskh Arabic" svg:font-family="'Noto Naskh Arabic'"/></office:font-face-decls>
<office:styles>
<style:style style:name="B" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.25cm" {direction}/><style:text-properties {fonts} fo:font-size="10.5pt" style:font-size-complex="10.5pt" {tongue} fo:hyphenate="true" fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/></style:style>
<style:style style:name="H1" style:display-name="Heading 1" style:family="paragraph" style:default-outline-level="1"><style:paragraph-properties fo:margin-bottom="0.4cm" {direction.replace("justify", "start")}/><style:text-properties {fonts} fo:font-size="18pt" style:font-size-complex="18pt" fo:font-weight="bold" style:font-weight-complex="bold" {tongue}/></style:style>
<style:style style:name="H2" style:display-name="Heading 2" style:family="paragraph" style:default-outline-level="2"><style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.2cm" {direction.replace("justify", "start")}/><style:text-properties {fonts} fo:font-size="13pt" style:font-size-complex="13pt" fo:font-weight="bold" style:font-weight-complex="bold" {tongue}/></style:style>
<style:style style:name="F" style:family="paragraph"><style:text-properties {fonts} fo:font-size="8pt" {tongue}/></style:style>
<style:style style:name="T" style:family="paragraph"><style:text-properties {fonts} fo:font-size="10pt" {tongue}/></style:style>
<style:style style:name="R" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/><style:text-properties {fonts} fo:font-size="10pt" {tongue}/></style:style>
<text:list-style style:name="L"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.6cm" fo:margin-left="0.6cm"/></style:list-level-properties></text:list-level-style-bullet></text:list-style>
<text:notes-configuration text:note-class="footnote" style:num-format="1"/>
</office:styles>
<office:automatic-styles>
<style:style style:name="C" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="0.5pt solid #000000"/></style:style>
<style:style style:name="N" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="none"/></style:style>
<style:page-layout style:name="P"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm">{columned}</style:page-layout-properties><style:header-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-bottom="0.4cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P">{heads}</style:master-page></office:master-styles>
<office:body><office:text>{body(parts)}</office:text></office:body></office:document>"""


def truth(parts: list[Part], **known: Any) -> dict[str, Any]:
    """Return what a reader has to find: the words of each part as they were written, and what is known about the whole."""
    found: dict[str, Any] = {"paragraphs": [], "headings": [], "items": [], "rows": [], "footnotes": [], **known}
    for kind, value in parts:
        match kind:
            case "h1" | "h2":
                found["headings"].append([int(kind[1]), value])
            case "p":
                found["paragraphs"].append(value)
            case "li":
                found["items"].append(value)
            case "t":
                found["rows"] += value
            case "u":
                found["rows"] += [[cell for cell in row if cell] for row in value]
            case "n":
                found["footnotes"].append(value[2])
    return found


def convert(source: str, name: str, kind: str) -> None:
    """Let LibreOffice make a file of this kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.fodt")
        path.write_text(source, "utf-8")
        subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", folder, path], check=True, capture_output=True)
        made = Path(folder, f"{name}.{kind}")
        (HERE / made.name).write_bytes(made.read_bytes())


def write(name: str, found: dict[str, Any]) -> None:
    (HERE / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def texts() -> None:
    """The documents that LibreOffice makes."""
    made = flat(REPORT, "en", "GB", columns=2, header="Working group on lighting")
    convert(made, "report-en", "pdf")
    write(
        "report-en.pdf",
        truth(
            REPORT,
            pages=2,
            title="Street lighting in small towns",
            language="en",
            date="2019-03-14",
            genre="report",
            absent=["Working group on lighting"],
        ),
    )
    convert(flat(GERMAN, "de", "DE", columns=2), "bericht-de", "pdf")
    write(
        "bericht-de.pdf", truth(GERMAN, title="Wärmenetze in kleinen Gemeinden", language="de", date="2020-10-03", genre="report")
    )
    french = flat(FRENCH, "fr", "FR")
    convert(french, "compte-rendu-fr", "docx")
    event = {"event_date": "2021-02-12", "event_place": "Loos-en-Gohelle"}
    write("compte-rendu-fr.docx", truth(FRENCH, title=FRENCH[0][1], language="fr", date="2021-02-12", genre="minutes", **event))
    convert(flat(FRENCH, "fr", "FR"), "compte-rendu-fr", "pdf")
    write("compte-rendu-fr.pdf", truth(FRENCH, title=FRENCH[0][1], language="fr", date="2021-02-12", genre="minutes", **event))
    convert(flat(GREEK, "el", "GR"), "fotismos-el", "pdf")
    write("fotismos-el.pdf", truth(GREEK, title=GREEK[0][1], language="el"))
    convert(flat(GREEK, "el", "GR"), "fotismos-el", "docx")
    write("fotismos-el.docx", truth(GREEK, title=GREEK[0][1], language="el"))
    convert(flat(ARABIC, "ar", "EG", rtl=True), "inara-ar", "docx")
    write("inara-ar.docx", truth(ARABIC, title=ARABIC[0][1], language="ar"))
    convert(flat(ARABIC, "ar", "EG", rtl=True), "inara-ar", "pdf")
    write("inara-ar.pdf", truth(ARABIC, title=ARABIC[0][1], language="ar"))


def aligned() -> None:
    """Two PDFs with tables that no rules show, as LibreOffice and as Chromium write them."""
    convert(flat(SAVINGS, "en", "GB"), "savings-en", "pdf")
    write("savings-en.pdf", truth(SAVINGS, title=SAVINGS[0][1], language="en", date="2018-11-08", genre="report"))
    inner = []
    for kind, value in OFFERS:
        if kind == "u":
            rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in value)
            inner.append(f"<table>{rows}</table>")
        else:
            inner.append(f"<{kind}>{escape(value)}</{kind}>")
    html = (
        '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><style>body {font: 11pt serif} td {padding: 2pt 24pt 2pt 0} '
        "td:nth-child(2), td:nth-child(3) {text-align: right}</style></head><body>" + "".join(inner) + "</body></html>"
    )
    with tempfile.TemporaryDirectory() as folder:
        path, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        path.write_text(html, "utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={made}"]
        subprocess.run(["chromium", *options, path.as_uri()], check=True, capture_output=True)
        (HERE / "angebote-de.pdf").write_bytes(made.read_bytes())
    write("angebote-de.pdf", truth(OFFERS, title=OFFERS[0][1], language="de", date="2019-06-04"))


NOTES: list[Part] = [
    ("h1", "Session 3: small towns and big pilots"),
    ("p", "The session took place on 9 May 2022 in Évora, Portugal, and was moderated by the network of small towns."),
    ("h2", "What was said"),
    (
        "p",
        "A speaker from Alcoutim told how the town shares one engineer with four neighbours, and what that costs each of them.",
    ),
    ("li", "Share staff before you share software."),
    ("li", "Ask the lighthouse town for its tender documents."),
    ("t", [["Town", "Inhabitants"], ["Évora", "53000"], ["Alcoutim", "2500"]]),
]


def page() -> None:
    """A web page as towns have them: menu, cookie banner, main part, footer."""
    inner = []
    for kind, value in NOTES:
        match kind:
            case "h1" | "h2" | "p":
                inner.append(f"<{kind}>{escape(value)}</{kind}>")
            case "li":
                inner.append(f"<ul><li>{escape(value)}</li></ul>")
            case "t":
                rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in value)
                inner.append(f"<table>{rows}</table>")
    html = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Session 3: small towns and big pilots</title>'
        '<meta property="article:published_time" content="2022-05-11T08:00:00Z"></head><body><nav><ul><li><a href="/">Start</a></li>'
        '<li><a href="/events">Events and calendar</a></li></ul></nav><div class="cookie-banner">We use cookies. '
        '<a href="#">Accept all</a></div><main><article>' + "".join(inner) + "</article></main><footer><p>Imprint and privacy of "
        "the network, all rights reserved.</p></footer></body></html>"
    )
    (HERE / "session-en.html").write_text(html, "utf-8")
    event = {"event_date": "2022-05-09", "event_place": "Évora, Portugal"}
    absent = ["cookies", "Imprint", "Events and calendar"]
    write(
        "session-en.html",
        truth(NOTES, title=NOTES[0][1], language="en", date="2022-05-11", genre="session notes", absent=absent, **event),
    )


def plain() -> None:
    """Markdown, hand-wrapped text in an old encoding, and a mail."""
    markdown = "---\ntitle: Bikes for hire in Trento\ndate: 2017-06-01\n---\n" + (
        "# Bikes for hire in Trento\n\nTrento put eighty bikes at twelve stations.\n\n## Lessons\n\n- Start at the station.\n"
        "- Count the trips.\n\n| Station | Bikes |\n| --- | --- |\n| Piazza | 20 |\n"
    )
    (HERE / "bikes-en.md").write_text(markdown, "utf-8")
    parts: list[Part] = [
        ("h1", "# Bikes for hire in Trento"), ("p", "Trento put eighty bikes at twelve stations."), ("h2", "## Lessons"),
        ("li", "Start at the station."), ("li", "Count the trips."), ("t", [["Station", "Bikes"], ["Piazza", "20"]]),
    ]  # fmt: skip
    write("bikes-en.md", truth(parts, title="Bikes for hire in Trento", language="en", date="2017-06-01"))
    wrapped = (
        "Newsletter der Gemeinde Übelbach, März 2018\n\nDie Gemeinde hat im vergangenen Jahr die Straßenbeleuchtung\n"
        "erneuert. Die Kosten trug zur Hälfte das Land.\n"
    )
    (HERE / "rundbrief-de.txt").write_bytes(wrapped.encode("cp1252"))
    write("rundbrief-de.txt", truth(
        [("p", "Die Gemeinde hat im vergangenen Jahr die Straßenbeleuchtung\nerneuert. Die Kosten trug zur Hälfte das Land.")],
        title="Newsletter der Gemeinde Übelbach, März 2018", language="de", date="2018-03", genre="newsletter",
    ))  # fmt: skip
    mail = (
        "From: Ada <ada@example.org>\r\nTo: Bo <bo@example.org>\r\nSubject: =?utf-8?q?Visit_to_=C3=85rhus?=\r\n"
        "Date: Tue, 05 Mar 2019 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\nDear Bo,\r\n\r\nthe delegation saw the new lamps and wants the same for its harbour.\r\n"
        "\r\nAda wrote:\r\n> an older message\r\n"
    )
    (HERE / "visit-en.eml").write_bytes(mail.encode("utf-8"))
    write("visit-en.eml", truth(
        [("p", "the delegation saw the new lamps and wants the same for its harbour.")],
        title="Visit to Århus", language="en", date="2019-03-05", absent=["older message"],
    ))  # fmt: skip


def slides() -> None:
    """A presentation of two slides."""
    from pptx import Presentation
    from pptx.util import Cm

    made = Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "Heat from the river"
    first.placeholders[1].text_frame.text = "Tested in Lausanne in 2015"
    first.placeholders[1].text_frame.add_paragraph().text = "Taken over by a smaller town upstream"
    second = made.slides.add_slide(made.slide_layouts[5])
    second.shapes.title.text = "Costs"
    table = second.shapes.add_table(2, 2, Cm(2), Cm(5), Cm(10), Cm(3)).table
    for at, cell in enumerate(("Part", "Euro", "Pump", "90000")):
        table.cell(at // 2, at % 2).text = cell
    second.notes_slide.notes_text_frame.text = "Say that the canton paid half of it."
    made.core_properties.title = "Heat from the river"
    made.save(HERE / "heat-en.pptx")
    parts: list[Part] = [
        ("h1", "Heat from the river"), ("li", "Tested in Lausanne in 2015"), ("li", "Taken over by a smaller town upstream"),
        ("h1", "Costs"), ("t", [["Part", "Euro"], ["Pump", "90000"]]), ("p", "Say that the canton paid half of it."),
    ]  # fmt: skip
    write("heat-en.pptx", truth(parts, title="Heat from the river", language="en", pages=2))


if __name__ == "__main__":
    page()
    plain()
    slides()
    texts()
    aligned()
    sys.exit(0)
