//! Prints the OpenAPI document as the code says it, for `just openapi` and `just check drift`. The binary carries the committed text
//! only: what builds the document would be megabytes of it.

#![expect(clippy::print_stdout, reason = "what it prints is its result")]

use serde_json::Value;

fn main() -> Result<(), serde_json::Error> {
    let mut document = serde_json::to_value(cmmc_tracker::app::openapi())?;
    order_extensions(&mut document);
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
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
