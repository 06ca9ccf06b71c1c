// Puts the small files that chunks share into one, so that a page which is opened fetches a handful of files and not a hundred:
//   node tools/split/pack.mjs FOLDER
// link.js then takes each of them from the one file, which is fetched when the first of them is needed.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
// Larger ones are worth a request of their own: who does not need them should not wait for them.
const most = 8 * 1024;
const link = join(folder, "link.js");

let script = readFileSync(link, "utf8");
const parts = [];
let size = 0;
for (const name of readdirSync(folder).sort()) {
  const file = join(folder, name);
  if (!/^chunk_\d+\.wasm$/.test(name) || statSync(file).size > most) continue;
  const fetched = `fetch(new URL("./${name}", import.meta.url))`;
  if (!script.includes(fetched)) throw new Error(`link.js does not fetch ${name}: has wasm-split-cli changed what it writes?`);
  const bytes = readFileSync(file);
  script = script.replace(fetched, `small(${size}, ${size + bytes.length})`);
  parts.push(bytes);
  size += bytes.length;
  rmSync(file);
}
const loader = `let pack = undefined;
function small(from, to) {
    if (pack === undefined) {
        const fetched = fetch(new URL("./small.bin", import.meta.url)).then((response) => {
            if (!response.ok) throw new Error("small.bin: " + response.status);
            return response.arrayBuffer();
        });
        // A failure is not kept: the next who needs it asks again.
        fetched.catch(() => { pack = undefined; });
        pack = fetched;
    }
    return pack.then((all) => new Response(all.slice(from, to), { headers: { "Content-Type": "application/wasm" } }));
}
`;
if (parts.length > 0) {
  writeFileSync(join(folder, "small.bin"), Buffer.concat(parts));
  writeFileSync(link, script.replace("function makeLoad", `${loader}function makeLoad`));
}
