"""Opens a report with programs that others wrote, and says what they found, as JSON.

usage: open_report.py FORMAT FILE
"""

import html
import json
import re
import subprocess
import sys
import zipfile

import docx
import docx.text.hyperlink
import openpyxl
from docx.oxml.ns import qn


def pdf(path):
    subprocess.run(["qpdf", "--check", path], check=True, stdout=subprocess.DEVNULL)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    facts = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    pages = [page for page in text.split("\f") if page.strip()]
    images = subprocess.run(["pdfimages", "-list", path], check=True, capture_output=True, text=True).stdout
    objects = json.loads(subprocess.run(["qpdf", "--json", path], check=True, capture_output=True, text=True).stdout)
    alt = re.findall(r'"/Alt": "u:((?:[^"\\]|\\.)*)"', json.dumps(objects))
    return {
        "images": sum(line.split()[2] == "image" for line in images.splitlines()[2:]),
        "alt": [json.loads(f'"{text}"') for text in alt],
        "pages": pages,
        "count": int(facts["Pages"]),
        "tagged": facts["Tagged"].strip(),
        "title": facts["Title"].strip(),
    }


def docx_(path):
    document = docx.Document(path)
    section = document.sections[0]
    words = lambda part: [paragraph.text for paragraph in part.paragraphs]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    body = document.element.body
    contents = []
    for link in body.iter(qn("w:hyperlink")):
        leaders = [tab.get(qn("w:leader")) for tab in link.getparent().iter(qn("w:tab")) if tab.get(qn("w:leader"))]
        contents.append({
            "anchor": link.get(qn("w:anchor")),
            # python-docx gives a tab for w:tab.
            "words": "".join(run.text for run in docx.text.hyperlink.Hyperlink(link, None).runs),
            "field": "".join(text.text for text in link.iter(qn("w:instrText"))),
            "leader": leaders[0] if leaders else None,
        })
    package = zipfile.ZipFile(path)
    return {
        "title": document.core_properties.title,
        "author": document.core_properties.author,
        "contents": contents,
        "bookmarks": [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))],
        "update_fields": "w:updateFields" in package.read("word/settings.xml").decode(),
        # Whether a part is as large as its text: Word and we deflate.
        "stored": any(part.compress_type == zipfile.ZIP_STORED and part.file_size for part in package.infolist()),
        "words": [paragraph.text for paragraph in document.paragraphs],
        "headings": [p.text for p in document.paragraphs if p.style is not None and p.style.name.lower().startswith(("heading", "title"))],
        "tables": tables,
        "pictures": [html.unescape(text) for text in re.findall(r'descr="([^"]*)"', document.element.xml)],
        "header": words(section.header),
        "footer": words(section.footer),
        "repeated": document.element.xml.count("w:tblHeader"),
    }


def xlsx(path):
    book = openpyxl.load_workbook(path)
    sheets = {}
    for sheet in book.worksheets:
        sheets[sheet.title] = [[None if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    package = zipfile.ZipFile(path)
    names = package.namelist()
    drawings = [package.read(name).decode() for name in names if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
    formulas = sum(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return {
        "sheets": sheets,
        "formulas": formulas,
        "header": book.worksheets[-1].oddHeader.center.text,
        "left": book.worksheets[-1].oddHeader.left.text,
        "media": sum(name.startswith("xl/media/") for name in names),
        "drawn": [html.unescape(text) for part in drawings for text in re.findall(r'descr="([^"]*)"', part)],
    }


print(json.dumps({"pdf": pdf, "docx": docx_, "xlsx": xlsx}[sys.argv[1]](sys.argv[2])))
