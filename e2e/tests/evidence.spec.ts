import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";
import { holdParts } from "../fixtures/uploads.ts";

interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Text, which compresses to nothing but is the right type of file; each is another by its first line. */
function log(name: string, megabytes: number): File {
  const line = `${"2026-11-21T04:12:09Z vpn-gw1 session opened for user".padEnd(127, ".")}\n`;
  const head = `${randomBytes(16).toString("hex")}\n`;
  return { name, mimeType: "text/plain", buffer: Buffer.from(head + line.repeat(Math.ceil((megabytes * 1_000_000) / line.length))) };
}

const sha256 = (file: File) => createHash("sha256").update(file.buffer).digest("hex");

async function open(page: Page, installation: Installation, name: string): Promise<string> {
  const system = await installation.system(name);
  // A toast that is still fading in has too little contrast for axe.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/evidence`);
  await expect(page.getByRole("heading", { name: "Evidence", level: 1 })).toBeVisible();
  return system;
}

async function upload(page: Page, files: File | File[] | string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload", exact: true }).first().click();
  await (await chooser).setFiles(files);
}

const tray = (page: Page) => page.getByRole("region", { name: "Uploads" });
const row = (page: Page, name: string) => tray(page).getByRole("listitem").filter({ hasText: name });

test("an empty library says what evidence is", async ({ page, installation }) => {
  await open(page, installation, "Empty library");
  await expect(page.getByRole("heading", { name: "No evidence yet" })).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "evidence-empty");
});

test("small files go at once and appear in the library with their hash", async ({ page, installation }) => {
  await open(page, installation, "Small files");
  const file = log("vpn-access.log", 0.2);
  await upload(page, [file, log("badge-reader.csv", 0.1)]);
  await expect(row(page, file.name)).toContainText("Done");
  const hash = sha256(file);
  await expect(row(page, file.name)).toContainText(`${hash.slice(0, 4)}…${hash.slice(-4)}`);
  await expect(page.getByRole("link", { name: file.name }).first()).toBeVisible();
  await expect(tray(page).getByRole("heading")).toHaveText("2 files uploaded");
  await expectNoAxeViolations(page);
  await screenshots(page, "evidence-uploaded");
});

test("a type that is not accepted is refused before it is sent", async ({ page, installation }) => {
  await open(page, installation, "Refused");
  await upload(page, { ...log("setup.exe", 0.001), mimeType: "application/octet-stream" });
  await expect(row(page, "setup.exe")).toContainText("Files of type .exe are not accepted");
  await page.getByRole("button", { name: "Dismiss setup.exe" }).click();
  await expect(tray(page)).toBeHidden();
});

test("a large file survives a lost connection", async ({ page, context, installation }) => {
  await open(page, installation, "Lost connection");
  const file = log("siem-export.log", 30);
  let parts = 0;
  await page.route("**/uploads/*", async (route) => {
    if (route.request().method() === "PATCH" && ++parts === 3) {
      await context.setOffline(true);
      await route.abort("internetdisconnected");
    } else {
      await route.continue();
    }
  });
  await upload(page, file);
  await expect(row(page, file.name)).toContainText(/Connection lost at \d+ %/);
  await page.screenshot({ path: "screenshots/evidence-lost.png" });
  await context.setOffline(false);
  await expect(row(page, file.name)).toContainText("Done", { timeout: 30_000 });
  const hash = sha256(file);
  await expect(row(page, file.name)).toContainText(`${hash.slice(0, 4)}…${hash.slice(-4)}`);
});

test("an upload is paused, resumed on another page, and cancelled", async ({ page, installation }) => {
  await open(page, installation, "Pause");
  const release = await holdParts(page);
  const [first, second] = [log("first.log", 25), log("second.log", 25)];
  await upload(page, [first, second]);
  await page.getByRole("button", { name: "Pause first.log" }).click();
  await expect(row(page, "first.log")).toContainText("Paused at");
  await page.getByRole("button", { name: "Cancel second.log" }).click();
  await expect(row(page, "second.log")).toBeHidden();
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Members" }).click();
  await expect(page.getByRole("heading", { name: "Members", level: 1 })).toBeVisible();
  release();
  await page.getByRole("button", { name: "Resume first.log" }).click();
  await expect(row(page, "first.log")).toContainText("Done", { timeout: 30_000 });
});

test("after a reload the same file is asked for and the upload goes on", async ({ page, installation }) => {
  await open(page, installation, "Reload");
  const file = log("camera-footage.log", 30);
  let hold = true;
  let parts = 0;
  const sent: number[] = [];
  await page.route("**/uploads/*", async (route) => {
    const request = route.request();
    if (request.method() === "PATCH") {
      if (hold && ++parts > 2) return;
      sent.push(Number(request.headers()["upload-offset"]));
    }
    await route.continue().catch(() => undefined);
  });
  // A file on the disk: its time of change must be the same when it is chosen again.
  const path = test.info().outputPath(file.name);
  await writeFile(path, file.buffer);
  await upload(page, path);
  await expect.poll(() => parts).toBeGreaterThan(2);
  await page.reload();
  hold = false;
  await expect(row(page, file.name)).toContainText(/Interrupted at [1-9]\d* %/);
  await screenshots(page, "evidence-interrupted");

  const wrong = page.waitForEvent("filechooser");
  await row(page, file.name).getByRole("button", { name: "Choose file" }).click();
  await (await wrong).setFiles(log("other.log", 1));
  await expect(row(page, file.name)).toContainText("other.log is another file");

  const chooser = page.waitForEvent("filechooser");
  await row(page, file.name).getByRole("button", { name: "Choose file" }).click();
  await (await chooser).setFiles(path);
  await expect(row(page, file.name)).toContainText("Done", { timeout: 30_000 });
  const hash = sha256(file);
  await expect(row(page, file.name)).toContainText(`${hash.slice(0, 4)}…${hash.slice(-4)}`);
  expect(sent.filter((offset) => offset === 0), "the first part is sent once").toHaveLength(1);
});

test("one artifact: what it is, what it supports, what is in it", async ({ page, installation }) => {
  const system = await open(page, installation, "One artifact");
  await upload(page, log("vpn-access.log", 0.2));
  await expect(row(page, "vpn-access.log")).toContainText("Done");
  await page.getByRole("button", { name: "Close the uploads" }).click();
  await page.getByRole("table").getByRole("link", { name: "vpn-access.log" }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${system}/evidence/EV-1$`));
  await expect(page.getByRole("heading", { name: "vpn-access.log", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Content of vpn-access.log" })).toContainText("vpn-gw1 session opened");

  await page.getByLabel("What it shows").fill("Sessions of November.");
  await page.getByRole("button", { name: "Link", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Link evidence" });
  await dialog.getByRole("searchbox", { name: "Control" }).fill("3.1.1");
  await expectNoAxeViolations(page, { include: "dialog[open]" });
  await dialog.getByRole("button", { name: /AC\.L2-3\.1\.1 / }).click();
  await dialog.getByRole("checkbox", { name: /^\[a\]/ }).check();
  await dialog.getByRole("checkbox", { name: /^\[d\]/ }).check();
  await page.screenshot({ path: "screenshots/evidence-link.png" });
  await dialog.getByRole("button", { name: "Link", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("AC.L2-3.1.1[d]", { exact: true })).toBeVisible();
  await expect(page.getByLabel("What it shows"), "what was typed stays").toHaveValue("Sessions of November.");

  await page.getByLabel("Title").fill("VPN sessions, November");
  await page.getByLabel("Expires", { exact: true }).selectOption("On a day");
  await page.getByLabel("Expires on").fill("2020-01-01");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").first()).toContainText("Expires");
  await page.getByLabel("Expires on").fill(`${new Date().getUTCFullYear() + 1}-11-12`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "VPN sessions, November", level: 1 })).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "evidence-item");

  await page.getByRole("button", { name: "Unlink 3.1.1[d]" }).click();
  await expect(page.getByText("AC.L2-3.1.1[d]", { exact: true })).toBeHidden();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download", exact: true }).click();
  expect((await download).suggestedFilename()).toBe("vpn-access.log");

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${system}/evidence$`));
  await expect(page.getByRole("heading", { name: "No evidence yet" })).toBeVisible();
});

test("two people edit one artifact and lose nothing", async ({ page, installation }) => {
  const system = await open(page, installation, "Two editors");
  await upload(page, log("policy.txt", 0.01));
  await expect(row(page, "policy.txt")).toContainText("Done");
  await page.goto(`/s/${system}/evidence/EV-1`);
  await page.getByLabel("Title").fill("Mine");
  const path = `/systems/${system}/evidence/EV-1`;
  const { version } = await installation.admin.call<{ version: number }>("GET", path);
  await installation.admin.call("PATCH", path, { title: "Theirs" }, { "if-match": `"${version}"` });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Someone else saved this in the meantime")).toBeVisible();
  await expect(page.getByLabel("Title")).toHaveValue("Mine");
  await page.screenshot({ path: "screenshots/evidence-conflict.png" });
  await page.getByRole("button", { name: "Keep what I typed" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Mine", level: 1 })).toBeVisible();
});

test("filters stand in the address", async ({ page, installation }) => {
  const system = await open(page, installation, "Filters");
  await upload(page, [log("alpha.log", 0.01), log("beta.log", 0.01)]);
  await expect(tray(page).getByRole("heading")).toHaveText("2 files uploaded");
  await page.keyboard.press("/");
  await page.keyboard.type("alpha");
  await expect(page).toHaveURL(/q=alpha/);
  const table = page.getByRole("table");
  await expect(table.getByRole("link", { name: "alpha.log" })).toBeVisible();
  await expect(table.getByRole("link", { name: "beta.log" })).toBeHidden();
  await page.goto(`/s/${system}/evidence?status=expired`);
  await expect(page.getByRole("heading", { name: "No evidence matches" })).toBeVisible();
  await page.getByRole("link", { name: "Take all filters away" }).click();
  await expect(page.getByRole("table").getByRole("link", { name: "beta.log" })).toBeVisible();
});

test("files dropped on the page are uploaded", async ({ page, installation }) => {
  await open(page, installation, "Dropped");
  const text = log("dropped.log", 0.05).buffer.toString();
  const data = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], "dropped.log", { type: "text/plain" }));
    return transfer;
  }, text);
  await page.dispatchEvent("body", "dragenter", { dataTransfer: data });
  await expect(page.getByText("Drop to upload")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
  await expect(page.getByText("Drop to upload")).toBeHidden();
  await expect(row(page, "dropped.log")).toContainText("Done");
});

test("another tab does not take a going upload for an interrupted one", async ({ page, context, installation }) => {
  const system = await open(page, installation, "Two tabs");
  const release = await holdParts(page);
  await upload(page, log("going.log", 25));
  await expect(row(page, "going.log")).toContainText(/\d+ %/);
  const other = await context.newPage();
  await other.goto(`/s/${system}/evidence`);
  await expect(other.getByRole("heading", { name: "No evidence yet" })).toBeVisible();
  await expect(tray(other)).toBeHidden();
  release();
  await expect(row(page, "going.log")).toContainText("Done", { timeout: 30_000 });
  await expect(tray(other)).toBeHidden();
});
