//! Draws the document of a report.

use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;
use shared_types::reports::{
    CellTone, ColumnKind, ReportBlock, ReportCell, ReportDocument, ReportFact, ReportFootnote, ReportSection, ReportTable,
};
use std::sync::Arc;

/// Letters of the longest word that is not broken.
const WORD: usize = 22;

/// The document.
#[component]
pub fn DocumentView(
    /// It.
    document: Arc<ReportDocument>,
) -> impl IntoView {
    let marking = || {
        let words = document.marking.clone();
        (!words.is_empty()).then(|| view! { <p class="report-marking">{words}</p> })
    };
    let contents: Vec<(usize, String)> = document
        .sections
        .iter()
        .enumerate()
        .filter(|(_, section)| section.level == 1)
        .map(|(index, section)| (index, section.title.clone()))
        .collect();
    let contents = document.has_contents().then(|| {
        let links = contents.into_iter().map(|(index, title)| view! { <li><a href=format!("#section-{index}")>{title}</a></li> });
        view! { <nav class="report-contents" aria-label="Contents"><ol>{links.collect_view()}</ol></nav> }
    });
    let sections =
        document.sections.iter().cloned().enumerate().map(|(index, section)| section_view(index, section)).collect_view();
    let notes = (!document.footnotes.is_empty()).then(|| notes(document.footnotes.clone()));
    view! {
        // On paper head and foot stand on every page.
        <article class="card report" class:report-lying=document.lies()>
            <div class="report-head">
                {marking()}
                {document.notice.clone().map(|notice| view! {
                    <p class="report-notice" role="note"><IconView icon=Icon::Alert />{notice}</p>
                })}
            </div>
            <div class="report-body">
                {document.logo.clone().map(|logo| {
                    let address = format!("/api/v1/report-template/logo?{}", logo.sha256);
                    view! { <img class="report-logo" src=address alt=logo.alt /> }
                })}
                // On paper alone: the page's own head is left out there, for the marking is what comes first.
                <h1 class="report-title">{document.title.clone()}</h1>
                <p class="report-lead">{document.subtitle.clone()}</p>
                <p class="small muted">{document.made()}</p>
                {facts(document.facts.clone())}
                {contents}
                {sections}
                {notes}
            </div>
            <div class="report-foot">{marking()}</div>
        </article>
    }
}

fn tone(cell: &ReportCell) -> &'static str {
    match cell.tone {
        CellTone::Plain => "",
        CellTone::Good => "tone-good",
        CellTone::Warn => "tone-warn",
        CellTone::Bad => "tone-bad",
        CellTone::Muted => "muted",
    }
}

/// The icon that goes with a tone: a status is never colour alone.
fn cell(cell: ReportCell) -> AnyView {
    let icon = match cell.tone {
        CellTone::Good => Some(Icon::Check),
        CellTone::Warn => Some(Icon::Clock),
        CellTone::Bad => Some(Icon::Cross),
        CellTone::Plain | CellTone::Muted => None,
    };
    let class = tone(&cell);
    view! { <span class=class>{icon.map(|icon| view! { <IconView icon /> })}{cell.text}</span> }.into_any()
}

fn facts(facts: Vec<ReportFact>) -> AnyView {
    let rows = facts.into_iter().map(|fact| view! { <dt>{fact.label}</dt><dd>{cell(fact.value)}</dd> }).collect_view();
    view! { <dl class="report-facts">{rows}</dl> }.into_any()
}

fn notes(notes: Vec<ReportFootnote>) -> AnyView {
    let rows = notes.into_iter().map(|note| view! { <li><b>{note.citation}</b>": "{note.text}</li> }).collect_view();
    view! { <h2>"Rules"</h2><ul class="small report-rules">{rows}</ul> }.into_any()
}

fn section_view(index: usize, section: ReportSection) -> AnyView {
    let ReportSection { title, level, blocks } = section;
    let id = format!("section-{index}");
    let name = title.clone();
    let blocks = blocks.into_iter().map(|block| match block {
        ReportBlock::Paragraph { text } => view! { <p class="report-text">{text}</p> }.into_any(),
        ReportBlock::Facts { facts: these } => facts(these),
        ReportBlock::Table(table) => table_view(&title, table),
    });
    let blocks = blocks.collect_view();
    let head = if level == 1 { view! { <h2 id=id>{name}</h2> }.into_any() } else { view! { <h3 id=id>{name}</h3> }.into_any() };
    view! { <section class="report-section">{head}{blocks}</section> }.into_any()
}

/// Whether a text has a word that nobody reads as one: a hash, the name of a file. It breaks anywhere, other words never do.
fn has_long_word(text: &str) -> bool {
    text.split_whitespace().any(|word| word.chars().count() > WORD)
}

/// Whether a column's cells stand on one line: a day or a status that is broken reads as another one.
fn stays_whole(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Date | ColumnKind::Number | ColumnKind::Status | ColumnKind::Identifier)
}

fn table_view(section: &str, table: ReportTable) -> AnyView {
    let ReportTable { title, columns, rows } = table;
    let caption = if title == section { "sr-only" } else { "report-caption" };
    if rows.is_empty() {
        return view! { <p class="muted">{format!("{title}: none.")}</p> }.into_any();
    }
    let number = |kind: ColumnKind| kind == ColumnKind::Number;
    let head = columns.iter().map(|column| view! { <th scope="col" class:num=number(column.kind)>{column.name.clone()}</th> });
    let head = head.collect_view();
    let rows = rows.into_iter().map(|cells| {
        let cells = cells.into_iter().zip(&columns).map(|(one, column)| {
            let (id, long) = (column.kind == ColumnKind::Identifier, has_long_word(&one.text));
            let whole = !long && stays_whole(column.kind) && one.text.chars().count() <= WORD;
            let name = column.name.clone();
            view! { <td class:num=number(column.kind) class:id=id class:any-break=long class:whole=whole data-label=name>{cell(one)}</td> }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    // Requirements have tables of one title: each region is told from the others.
    let name = if title == section { title.clone() } else { format!("{section}: {title}") };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=name>
            <table class="table report-table"><caption class=caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
