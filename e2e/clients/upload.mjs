// Uploads one file by a tus client as it comes from npm, and says how far it is: for tests that cut its line and kill the service.
//   node upload.mjs tus|uppy ENDPOINT HEADERS-AS-JSON FILE
// Prints `sent BYTES` as the client tells it, and at the end `done URL`.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import Uppy from "@uppy/core";
import UppyTus from "@uppy/tus";
import { Upload } from "tus-js-client";

const [client, endpoint, headers, path] = process.argv.slice(2);
const content = readFileSync(path);
const name = basename(path);
const options = {
  endpoint,
  headers: JSON.parse(headers),
  chunkSize: 6 * 1024 * 1024,
  // A service that was killed needs its time to come back; both clients begin again with the first delay when they get on.
  retryDelays: Array.from({ length: 60 }, (_, n) => Math.min(1_000, n * 100)),
};
const say = (sent) => console.log(`sent ${sent}`);

const clients = {
  tus: () =>
    new Promise((resolve, reject) => {
      const upload = new Upload(content, {
        ...options,
        metadata: { filename: name, filetype: "text/plain" },
        onProgress: say,
        onError: reject,
        onSuccess: () => resolve(upload.url),
      });
      upload.start();
    }),
  uppy: async () => {
    const uppy = new Uppy().use(UppyTus, { ...options, allowedMetaFields: ["filename", "filetype"] });
    uppy.on("upload-progress", (_file, progress) => say(progress.bytesUploaded));
    // Outside of a browser there is no File: what the plugin hands to tus-js-client there is a Buffer, whose size Uppy asks for.
    const data = Object.defineProperty(content, "size", { value: content.length });
    const id = uppy.addFile({ name, type: "text/plain", data, meta: { filename: name, filetype: "text/plain" } });
    const { successful, failed } = await uppy.upload();
    if (successful.length !== 1) throw failed[0]?.error ?? new Error("nothing was uploaded");
    return uppy.getFile(id).tus.uploadUrl;
  },
};

console.log(`done ${await clients[client]()}`);
process.exit(0);
