//! The content of a piece of evidence: a small real file of the type that its name says.

use super::container::{pdf, png, zip};
use chrono::NaiveDate;

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The file.
pub(super) fn file(name: &str, title: &str, owner: &str, day: NaiveDate, number: usize) -> Vec<u8> {
    let lines: Vec<String> = [
        format!("{title} - Harlan Precision LLC"),
        format!("Recorded by {owner} on {day}"),
        "Demonstration data: the company, its people and this document are invented.".to_owned(),
    ]
    .into_iter()
    .chain((1..=8).map(|row| format!("{row}. checked, item {}, in order", number * 10 + row)))
    .collect();
    match name.rsplit('.').next().unwrap_or_default() {
        "pdf" => pdf(&lines),
        "png" => png(number),
        "docx" => docx(&lines),
        "xlsx" => xlsx(&lines),
        "json" => json(&lines),
        "csv" => csv(&lines, day),
        _ => (lines.join("\r\n") + "\r\n").into_bytes(),
    }
}

fn json(lines: &[String]) -> Vec<u8> {
    serde_json::to_vec_pretty(&serde_json::json!({ "demonstration": true, "entries": lines })).unwrap_or_default()
}

fn csv(lines: &[String], day: NaiveDate) -> Vec<u8> {
    let rows = lines.iter().enumerate().map(|(index, line)| format!("{},{day},\"{line}\"\r\n", index + 1));
    format!("number,date,entry\r\n{}", rows.collect::<String>()).into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The parts that every office document has: what types its parts are, and where it begins.
fn office(main: &str, kind: &str, mut parts: Vec<(&'static str, String)>, extra: &str) -> Vec<u8> {
    let types = format!(
        "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/{main}\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.{kind}.main+xml\"/>{extra}</Types>"
    );
    let start = format!(
        "{XML}<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"{main}\"/>\
         </Relationships>"
    );
    let mut entries = vec![("[Content_Types].xml", types), ("_rels/.rels", start)];
    entries.append(&mut parts);
    zip(&entries)
}

fn docx(lines: &[String]) -> Vec<u8> {
    let paragraph = |line: &String| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escaped(line));
    let paragraphs = lines.iter().map(paragraph).collect::<Vec<_>>().concat();
    let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let document = format!("{XML}<w:document xmlns:w=\"{namespace}\"><w:body>{paragraphs}</w:body></w:document>");
    office("word/document.xml", "wordprocessingml.document", vec![("word/document.xml", document)], "")
}

fn xlsx(lines: &[String]) -> Vec<u8> {
    let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let row = |(number, line): (usize, &String)| {
        format!("<row r=\"{number}\"><c r=\"A{number}\" t=\"inlineStr\"><is><t>{}</t></is></c></row>", escaped(line))
    };
    let rows: String = (1..).zip(lines).map(row).collect();
    let sheet = format!("{XML}<worksheet xmlns=\"{namespace}\"><sheetData>{rows}</sheetData></worksheet>");
    let book = format!(
        "{XML}<workbook xmlns=\"{namespace}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Register\" sheetId=\"1\" r:id=\"rId1\"/>\
         </sheets></workbook>"
    );
    let relations = format!(
        "{XML}<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let extra = "<Override PartName=\"/xl/worksheets/sheet1.xml\" \
                 ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>";
    let parts = vec![("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", relations), ("xl/worksheets/sheet1.xml", sheet)];
    office("xl/workbook.xml", "spreadsheetml.sheet", parts, extra)
}
