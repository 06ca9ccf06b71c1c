// The library as a place to work: what is selected is taken along, folders are dropped, what is known of the files stands there.
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

const text = (name: string, content: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
const tray = (page: Page) => page.getByRole("region", { name: "Uploads" });

async function open(page: Page, installation: Installation, name: string): Promise<string> {
  const system = await installation.system(name);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/evidence`);
  await expect(page.getByRole("heading", { name: "Evidence", level: 1 })).toBeVisible();
  return system;
}

async function upload(page: Page, files: ReturnType<typeof text>[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload", exact: true }).first().click();
  await (await chooser).setFiles(files);
  await expect(tray(page).getByRole("heading")).toHaveText(files.length === 1 ? "1 file uploaded" : `${files.length} files uploaded`);
  await page.getByRole("button", { name: "Close the uploads" }).click();
}

test("a selection is downloaded as one archive, with these files and no others", async ({ page, installation }) => {
  await open(page, installation, "Archive of some");
  await upload(page, [text("access.txt", "Access is limited.\n"), text("audit.txt", "Events are logged.\n"), text("other.txt", "Not this one.\n")]);
  const bar = page.getByRole("toolbar", { name: "Selected evidence" });
  await expect(bar).toBeHidden();
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await expect(bar).toContainText("3 items selected");
  const row = page.getByRole("row").filter({ hasText: "other.txt" });
  await row.getByRole("checkbox").uncheck();
  await expect(bar).toContainText("2 items selected");
  await expectNoAxeViolations(page);
  await screenshots(page, "evidence-selected");
  const download = page.waitForEvent("download");
  await bar.getByRole("link", { name: "Download as ZIP" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^evidence-\d{4}-\d\d-\d\d\.zip$/);
  // Read by a program that others wrote.
  const script = "import json, sys, zipfile; archive = zipfile.ZipFile(sys.argv[1]); print(json.dumps({name: archive.read(name).decode() for name in archive.namelist()}))";
  const found = JSON.parse(execFileSync("python3", ["-c", script, await file.path()]).toString()) as Record<string, string>;
  const of = (name: string) => Object.entries(found).filter(([path]) => path.endsWith(name)).map(([, content]) => content);
  expect(of("access.txt")).toEqual(["Access is limited.\n"]);
  expect(of("audit.txt")).toEqual(["Events are logged.\n"]);
  expect(of("other.txt")).toEqual([]);
  await bar.getByRole("button", { name: "Clear" }).click();
  await expect(bar).toBeHidden();
});

test("a folder that is dropped is uploaded with the folders in it, hidden files left out", async ({ page, installation }) => {
  await open(page, installation, "Dropped folder");
  const folder = test.info().outputPath("proof");
  await mkdir(join(folder, "inner", "deeper"), { recursive: true });
  await writeFile(join(folder, "outer.txt"), "outer");
  await writeFile(join(folder, "inner", "deeper", "deep.txt"), "deep");
  await writeFile(join(folder, ".hidden.txt"), "hidden");
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  const drag = (type: "dragEnter" | "dragOver" | "drop") => browser.send("Input.dispatchDragEvent", { type, x: 400, y: 400, data });
  await drag("dragEnter");
  await drag("dragOver");
  await expect(page.getByText("Drop to upload")).toBeVisible();
  await drag("drop");
  await expect(page.getByText("Drop to upload")).toBeHidden();
  await expect(tray(page).getByRole("heading")).toHaveText("2 files uploaded");
  await expect(page.getByRole("table").getByRole("link", { name: "outer.txt" })).toBeVisible();
  await expect(page.getByRole("table").getByRole("link", { name: "deep.txt" })).toBeVisible();
});

test("a PDF is shown by the browser's own viewer, from the bytes that were uploaded", async ({ page, installation }) => {
  const pdf = Buffer.from(
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n165\n%%EOF\n",
  );
  // What stands behind an address of this kind is asked of nobody but the page that made it.
  await page.addInitScript(() => {
    const made = new Map<string, Blob>();
    const original = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob: Blob) => {
      const url = original(blob);
      made.set(url, blob);
      return url;
    };
    Object.assign(window, { made });
  });
  await open(page, installation, "Bytes of a PDF");
  await upload(page, [{ name: "plan.pdf", mimeType: "application/pdf", buffer: pdf }]);
  await page.getByRole("table").getByRole("link", { name: "plan.pdf" }).click();
  const frame = page.getByTitle("Content of plan.pdf");
  await expect(frame).toHaveAttribute("src", /^blob:/);
  const shown = await frame.evaluate(async (element) => {
    const address = (element as HTMLIFrameElement).src.split("#")[0] ?? "";
    const blob = (window as unknown as { made: Map<string, Blob> }).made.get(address);
    return blob && { type: blob.type, bytes: [...new Uint8Array(await blob.arrayBuffer())] };
  });
  expect(shown?.type).toBe("application/pdf");
  expect(Buffer.from(shown?.bytes ?? []).equals(pdf), "the frame shows the file's bytes").toBe(true);
});

test("evidence is linked to a task, and the dashboard says what waits for review", async ({ page, installation }) => {
  const system = await open(page, installation, "Linked to tasks");
  const { number } = await installation.admin.call<{ number: string }>("POST", `/systems/${system}/tasks`, { title: "Collect the door logs" });
  await upload(page, [text("door.txt", "The door was locked at six.\n")]);
  await page.getByRole("table").getByRole("link", { name: "door.txt" }).click();
  await expect(page.getByRole("heading", { name: "Integrity" })).toBeVisible();
  await expect(page.getByText("No damage is known of its files.")).toBeVisible();
  await page.getByRole("button", { name: "Link", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Link evidence" });
  await dialog.getByRole("button", { name: "A task" }).click();
  await dialog.getByRole("searchbox", { name: "Task" }).fill("door");
  await expect(dialog.getByRole("group", { name: "Tasks" }).getByRole("button", { name: "Collect the door logs" })).toBeVisible();
  await expectNoAxeViolations(page, { include: "dialog[open]" });
  await screenshots(page, "evidence-link-task");
  await dialog.getByRole("button", { name: "Collect the door logs" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("link", { name: number, exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Link", exact: true }).click();
  await dialog.getByRole("button", { name: "A task" }).click();
  await expect(dialog.getByRole("button", { name: "Collect the door logs" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Hand in for review" }).click();
  await expect(page.getByRole("button", { name: "Hand in for review" })).toBeHidden();

  await page.goto(`/s/${system}/dashboard`);
  await page.getByRole("link", { name: "1 for review" }).click();
  await expect(page).toHaveURL(/evidence\?status=pending_review$/);
  await expect(page.getByRole("table").getByRole("link", { name: "door.txt" })).toBeVisible();
  const card = page.getByRole("heading", { name: "Integrity of the stored files" });
  await expect(card).toBeVisible();
  await expect(page.getByText("1 not compared yet")).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "evidence-integrity");
});

test("a file that waits for the scanner for malware is shown once nothing was found, and the page says how far it is", async ({ page, installation }) => {
  const system = await installation.system("Scanned");
  const form = new FormData();
  form.set("metadata", JSON.stringify({ title: "Scanned log" }));
  form.set("file", new Blob(["nothing bad in here\n"], { type: "text/plain" }), "scanned.txt");
  const made = await fetch(`${installation.server.url}/api/v1/systems/${system}/evidence`, { method: "POST", headers: installation.admin.headers(), body: form });
  expect(made.status, await made.text()).toBe(201);
  await signIn(page, installation.administrator);
  // The service has no scanner here: it answers as one with a scanner that takes its time.
  let looks = 0;
  const waits = () => looks <= 3;
  await page.route("**/evidence/*/files/*", (route) => {
    if (!waits()) return route.continue();
    const problem = { type: "urn:cmmc-tracker:problem:not_scanned_yet", title: "Not scanned yet", status: 423, code: "not_scanned_yet" };
    return route.fulfill({ status: 423, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await page.route("**/evidence-integrity", async (route) => {
    looks += 1;
    const response = await route.fetch();
    const body = (await response.json()) as { scans: Record<string, unknown> };
    Object.assign(body.scans, { enabled: true, not_scanned: waits() ? 1 : 0, clean: waits() ? 0 : 1 });
    return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
  });
  await page.goto(`/s/${system}/evidence/EV-1`);
  await expect(page.getByText("This file is still being scanned for malware.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Content of scanned.txt" })).toContainText("nothing bad in here", { timeout: 45_000 });
  looks = 0;
  await page.goto(`/s/${system}/evidence`);
  await expect(page.getByText("1 not scanned yet")).toBeVisible();
  await expect(page.getByText("1 without malware")).toBeVisible({ timeout: 45_000 });
});
