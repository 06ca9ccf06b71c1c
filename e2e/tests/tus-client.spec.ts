// tus-js-client as integrators use it, unchanged, against the documented API: whole, cut and resumed, after a crash, refused.
import { createHash } from "node:crypto";
import { type DetailedError, Upload, type UploadOptions } from "tus-js-client";
import { type Caller, Installation } from "../fixtures/installation.ts";
import { expect, test } from "../fixtures/test.ts";

const MIB = 1024 * 1024;

/** Text that is not the same at any two places. */
function text(bytes: number): Buffer {
  const lines = Array.from({ length: Math.ceil(bytes / 8) }, (_, n) => `${String(n).padStart(7, "0")}\n`);
  return Buffer.from(lines.join("")).subarray(0, bytes);
}

interface Sending {
  upload: Upload;
  done: Promise<void>;
}

function send(who: Caller, system: string, name: string, content: Buffer, options: Partial<UploadOptions> = {}): Sending {
  let upload!: Upload;
  const done = new Promise<void>((resolve, reject) => {
    upload = new Upload(content, {
      endpoint: `${who.url}/api/v1/systems/${system}/uploads`,
      headers: who.headers(),
      metadata: { filename: name, filetype: "text/plain" },
      chunkSize: 5 * MIB,
      retryDelays: [0, 200, 400, 800, 1_600],
      onSuccess: () => resolve(),
      onError: reject,
      ...options,
    });
  });
  return { upload, done };
}

async function expectEvidence(who: Caller, system: string, upload: Upload, content: Buffer): Promise<void> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const id = upload.url?.split("/").pop();
  const evidence = await who.call<{ id: string; file: { sha256: string } }>("POST", `/systems/${system}/evidence/from-upload`, { upload: id, sha256 });
  expect(evidence.file.sha256).toBe(sha256);
  const file = await fetch(`${who.url}/api/v1/systems/${system}/evidence/${evidence.id}/file`, { headers: who.headers() });
  expect(Buffer.from(await file.arrayBuffer()).equals(content)).toBe(true);
}

test("uploads in chunks, with the first one in the creation", async ({ ownServer }) => {
  const { admin, system } = await begin(ownServer);
  const content = text(12 * MIB + 7);
  for (const uploadDataDuringCreation of [false, true]) {
    const seen: number[] = [];
    const { upload, done } = send(admin, system, "log.txt", content, { uploadDataDuringCreation, onChunkComplete: (size) => seen.push(size) });
    upload.start();
    await done;
    expect(seen).toEqual([5 * MIB, 5 * MIB, 2 * MIB + 7]);
    await expectEvidence(admin, system, upload, content);
  }
});

test("resumes what was cut, and after a crash of the service", async ({ ownServer }) => {
  const { admin, system } = await begin(ownServer);
  const content = text(30 * MIB);
  for (const crash of [false, true]) {
    const first = send(admin, system, "recording.log", content, {
      onChunkComplete: (_size, sent) => {
        if (sent >= 10 * MIB) void first.upload.abort();
      },
    });
    // Cut on purpose: what becomes of the rest is the second one's business, after this test's service is gone too.
    first.done.catch(() => undefined);
    first.upload.start();
    await expect.poll(() => first.upload.url).toBeTruthy();
    await expect.poll(async () => (await admin.call<{ items: { offset: number }[] }>("GET", `/systems/${system}/uploads`)).items[0]?.offset ?? 0).toBeGreaterThanOrEqual(10 * MIB);
    if (crash) await ownServer.restart("SIGKILL");
    const offsets: number[] = [];
    const second = send(admin, system, "recording.log", content, { uploadUrl: first.upload.url, onProgress: (sent) => offsets.push(sent) });
    second.upload.start();
    await second.done;
    expect(offsets[0]).toBeGreaterThanOrEqual(10 * MIB);
    await expectEvidence(admin, system, second.upload, content);
  }
});

test("tells why a file is refused, and ends an upload", async ({ ownServer }) => {
  const { admin, system } = await begin(ownServer);
  const executable = Buffer.concat([Buffer.from("MZ\x90\0\x03\0\0\0", "latin1"), Buffer.alloc(100_000, 1)]);
  const refused = send(admin, system, "invoice.pdf", executable);
  refused.upload.start();
  const error = (await refused.done.catch((reason: unknown) => reason)) as DetailedError;
  expect(error.originalResponse?.getStatus()).toBe(422);
  expect(JSON.parse(error.originalResponse?.getBody() ?? "{}")).toMatchObject({ code: "file_refused", errors: [{ pointer: "/file" }] });

  const content = text(6 * MIB);
  // Waited for: a list without an upload is also one in which it has not begun.
  await new Promise<void>((resolve, reject) => {
    const ended = send(admin, system, "log.txt", content, { onChunkComplete: () => void ended.upload.abort(true).then(resolve, reject) });
    ended.done.catch(reject);
    ended.upload.start();
  });
  await expect
    .poll(async () => (await admin.call<{ items: unknown[] }>("GET", `/systems/${system}/uploads`)).items.length, { timeout: 20_000 })
    .toBe(0);
});

async function begin(server: Parameters<typeof Installation.setUp>[0]): Promise<{ admin: Caller; system: string }> {
  const installation = await Installation.setUp(server);
  return { admin: installation.admin, system: await installation.system("Enclave") };
}
