// Writes FILE.br and FILE.gz beside each asset that shrinks, so that the server never compresses at run time.
//   node tools/precompress.mjs FOLDER [release|quick]
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [folder, mode = "release"] = process.argv.slice(2);
// Pictures and fonts are compressed already.
const compressible = /\.(html|js|mjs|css|wasm|bin|svg|json|txt|xml|webmanifest|ico|map)$/;
const quality = mode === "release" ? 11 : 5;

for (const name of readdirSync(folder, { recursive: true })) {
  const file = join(folder, name);
  if (/\.(br|gz)$/.test(file)) rmSync(file);
  if (!compressible.test(file)) continue;
  const plain = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    [constants.BROTLI_PARAM_LGWIN]: 22,
  };
  for (const [suffix, packed] of [
    ["br", brotliCompressSync(plain, { params })],
    ["gz", gzipSync(plain, { level: mode === "release" ? 9 : 6 })],
  ]) {
    if (packed.length < plain.length) writeFileSync(`${file}.${suffix}`, packed);
  }
}
