//! Packs what the binary carries for integrators: the OpenAPI document, and the page that shows it. Both are text, of which the
//! binary would be six megabytes larger.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::error::Error;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const DOCUMENT: &str = "../openapi/openapi.json";
const PAGE: &str = "docs-page";
/// The browser client, which a build for development reads from here when it is asked for.
const CLIENT: &str = "../web-ui/dist";
/// What the page needs of Swagger UI.
const SWAGGER_UI: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::var("OUT_DIR")?).join("packed");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    // A binary that is built before the client takes the folder's real path in, and finds what is built later only if there is one.
    fs::create_dir_all(CLIENT)?;
    for input in [DOCUMENT, PAGE] {
        println!("cargo::rerun-if-changed={input}");
    }
    pack(&folder, "openapi.json", &fs::read(DOCUMENT)?)?;
    for file in fs::read_dir(PAGE)? {
        let file = file?;
        pack(&folder, &file.file_name().to_string_lossy(), &fs::read(file.path())?)?;
    }
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for wanted in SWAGGER_UI {
        let ending = format!("/dist/{wanted}");
        let place = archive.file_names().position(|name| name.is_ok_and(|name| name.ends_with(&ending))).ok_or(wanted)?;
        let mut content = Vec::new();
        archive.by_index(place)?.read_to_end(&mut content)?;
        pack(&folder, wanted, &content)?;
    }
    Ok(())
}

fn pack(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let mut packed = GzEncoder::new(fs::File::create(folder.join(format!("{name}.gz")))?, Compression::best());
    packed.write_all(content)?;
    packed.finish()?;
    Ok(())
}
