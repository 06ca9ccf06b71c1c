use super::say;
use serde_json::Value;

/// Prints the document, as it is committed.
pub(super) fn run() -> Result<(), String> {
    let mut document = serde_json::to_value(crate::app::openapi()).map_err(|error| error.to_string())?;
    order_extensions(&mut document);
    say(&serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?)
}

/// Extensions come from a hash map, in an order of their own each time: here they stand last and sorted, so that the same code
/// prints the same document.
fn order_extensions(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let (mut extensions, others): (Vec<_>, Vec<_>) =
                std::mem::take(object).into_iter().partition(|(name, _)| name.starts_with("x-"));
            extensions.sort_by(|(a, _), (b, _)| a.cmp(b));
            object.extend(others.into_iter().chain(extensions));
            object.values_mut().for_each(order_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(order_extensions),
        _ => {}
    }
}
