import { get, type IncomingMessage } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("the first start prints a set-up link that opens in the client", async ({ page, ownServer }) => {
  const link = await ownServer.setupLink();
  expect(new URL(link, ownServer.url).hash).toMatch(/^#token=.{20,}$/);
  await page.goto(new URL(link, ownServer.url).href);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await screenshots(page, "set-up");
});

test("the service comes back after a crash, on the same data", async ({ ownServer }) => {
  await ownServer.restart("SIGKILL");
  expect((await fetch(`${ownServer.url}/readyz`)).status).toBe(200);
});

test("every encoding of the client's program is the same program", async ({ ownServer }) => {
  const page = await (await fetch(`${ownServer.url}/`)).text();
  const path = /\/[\w-]+_bg\.wasm/.exec(page)?.[0];
  expect(path).toBeDefined();
  // Not by fetch, which asks for compression by itself.
  const plain = await received(`${ownServer.url}${path}`, "identity");
  expect(plain.encoding).toBeUndefined();
  expect(plain.bytes.subarray(0, 4)).toEqual(Buffer.from("\0asm"));
  expect((await received(`${ownServer.url}${path}`, "identity")).tag).toBe(plain.tag);
  for (const [encoding, unpack] of [["br", brotliDecompressSync], ["gzip", gunzipSync]] as const) {
    const packed = await received(`${ownServer.url}${path}`, encoding);
    expect(packed.encoding).toBe(encoding);
    expect(packed.tag).not.toBe(plain.tag);
    expect(unpack(packed.bytes).equals(plain.bytes)).toBe(true);
  }
});

async function received(url: string, accept: string) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { "accept-encoding": accept } }, resolve).on("error", reject);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  return { bytes: Buffer.concat(parts), encoding: answer.headers["content-encoding"], tag: answer.headers.etag };
}
