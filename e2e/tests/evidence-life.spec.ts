import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
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

const text = (name: string, content: string): File => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
const tray = (page: Page) => page.getByRole("region", { name: "Uploads" });
const row = (page: Page, name: string) => tray(page).getByRole("listitem").filter({ hasText: name });

async function open(page: Page, installation: Installation, name: string): Promise<string> {
  const system = await installation.system(name);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/evidence`);
  await expect(page.getByRole("heading", { name: "Evidence", level: 1 })).toBeVisible();
  return system;
}

async function choose(page: Page, button: string, files: File | File[] | string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button, exact: true }).first().click();
  await (await chooser).setFiles(files);
}

test("twenty files go side by side, and the tray says how far all are", async ({ page, installation }) => {
  await open(page, installation, "Many files");
  const files = Array.from({ length: 20 }, (_, index) => text(`log-${index}.txt`, `line ${index}\n`.repeat(1_000)));
  await choose(page, "Upload", files);
  await expect(tray(page).getByRole("heading")).toHaveText("20 files uploaded", { timeout: 30_000 });
  await expect(tray(page)).toContainText("20 of 20 files");
  await expectNoAxeViolations(page);
  await screenshots(page, "evidence-many");
});

test("a folder is uploaded with what is in it, hidden files left out", async ({ page, installation }) => {
  await open(page, installation, "Folder");
  const folder = test.info().outputPath("proof");
  await mkdir(join(folder, "inner"), { recursive: true });
  await writeFile(join(folder, "outer.txt"), "outer");
  await writeFile(join(folder, "inner", "inner.txt"), "inner");
  await writeFile(join(folder, ".hidden.txt"), "hidden");
  await choose(page, "Upload a folder", folder);
  await expect(row(page, "outer.txt")).toContainText("Done");
  await expect(row(page, "inner.txt")).toContainText("Done");
  await expect(tray(page).getByRole("heading")).toHaveText("2 files uploaded");
});

test("all files are paused, resumed and cancelled together", async ({ page, installation }) => {
  await open(page, installation, "All together");
  const release = await holdParts(page);
  const large = (name: string) => text(name, `${name} ${"session opened ".repeat(20)}\n`.repeat(80_000));
  await choose(page, "Upload", [large("one.log"), large("two.log")]);
  await expect(row(page, "one.log")).toContainText(/\d %/);
  await page.getByRole("button", { name: "Pause all" }).click();
  await expect(row(page, "one.log")).toContainText("Paused at");
  await expect(row(page, "two.log")).toContainText("Paused at");
  await page.getByRole("button", { name: "Resume all" }).click();
  await expect(row(page, "one.log")).not.toContainText("Paused");
  await page.getByRole("button", { name: "Cancel all" }).click();
  await expect(tray(page)).toBeHidden();
  release();
});

test("what the system has already is found before it is sent", async ({ page, installation }) => {
  const system = await open(page, installation, "Duplicate");
  const file = text("policy.txt", "All sessions are logged.\n");
  await choose(page, "Upload", file);
  await expect(row(page, "policy.txt")).toContainText("Done");
  await page.getByRole("button", { name: "Close the uploads" }).click();
  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/evidence")) sent++;
  });
  await choose(page, "Upload", { ...file, name: "copy.txt" });
  await expect(row(page, "copy.txt")).toContainText("Here already: EV-1 policy.txt, version 1.");
  expect(sent, "nothing was sent").toBe(0);
  await expectNoAxeViolations(page);
  await page.screenshot({ path: "screenshots/evidence-duplicate.png" });
  await page.getByRole("button", { name: "Skip", exact: true }).click();
  await expect(tray(page)).toBeHidden();

  await page.goto(`/s/${system}/controls/AC.L2-3.1.1`);
  await page.getByRole("button", { name: "Add evidence to objective [a]" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload new" }).click();
  await (await chooser).setFiles(file);
  await page.getByRole("button", { name: "Link EV-1" }).click();
  await expect(row(page, "policy.txt")).toContainText("Done");
  await expect(page.getByRole("group", { name: /./ }).filter({ hasText: "policy.txt" }).first()).toBeVisible();
});

test("review by another person, rejection, a second version, what falls without it", async ({ page, browser, installation }) => {
  const system = await open(page, installation, "Review");
  const { person } = await installation.member(system, "Noor Haddad", "contributor");
  await choose(page, "Upload", text("policy.txt", "Draft of the access policy.\n"));
  await expect(row(page, "policy.txt")).toContainText("Done");
  await page.getByRole("button", { name: "Close the uploads" }).click();
  const path = `/systems/${system}/evidence/EV-1`;
  await installation.admin.call("POST", `${path}/links`, { control: "AC.L2-3.1.1", objective: "a" });
  await page.goto(`/s/${system}/evidence/EV-1`);
  await expect(page.getByText("It supports no finding today")).toBeVisible();
  await page.getByRole("button", { name: "Hand in for review" }).click();
  await expect(page.getByText("Another person than its author looks at it")).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve", exact: true })).toBeHidden();

  const other = await browser.newContext({ baseURL: installation.server.url, reducedMotion: "reduce" });
  const reviewer = await other.newPage();
  await signIn(reviewer, person);
  await reviewer.goto(`/s/${system}/evidence/EV-1`);
  await expect(reviewer.getByRole("heading", { level: 1 })).toHaveText("policy.txt");
  await screenshots(reviewer, "evidence-review");
  await reviewer.getByRole("button", { name: "Reject", exact: true }).click();
  const dialog = reviewer.getByRole("dialog");
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("What is wrong");
  await expectNoAxeViolations(reviewer, { include: "dialog[open]" });
  await dialog.getByLabel("What is wrong").fill("It is not signed.");
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await expect(reviewer.getByRole("list", { name: "Steps of the review" })).toContainText("It is not signed.");

  await page.reload();
  await expect(page.getByText("Sent back. Mend it")).toBeVisible();
  await page.getByRole("button", { name: "New version" }).click();
  await page.getByLabel("What is new in it").fill("Signed.");
  await expectNoAxeViolations(page, { include: "dialog[open]" });
  await choose(page, "Choose the file", text("policy-signed.txt", "The access policy, signed.\n"));
  await expect(row(page, "policy-signed.txt")).toContainText("Done");
  await page.getByRole("button", { name: "Close the uploads" }).click();
  await expect(page.getByRole("article", { name: "Version 2" })).toContainText("Signed.");
  await page.getByRole("button", { name: "Hand in for review" }).click();

  await installation.findings(system, [{ control: "AC.L2-3.1.1", finding: "met" }]);
  await reviewer.reload();
  await reviewer.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(reviewer.getByText("Approved. It never changes again")).toBeVisible();
  await expect(reviewer.getByText("1 objective drops")).toBeVisible();
  await expect(reviewer.getByRole("link", { name: "3.1.1[a]" }).first()).toBeVisible();
  await expect(reviewer.getByText("The newest version is approved: its dates stand.")).toBeVisible();
  await screenshots(reviewer, "evidence-approved");
  await other.close();
});

test("files of each kind are shown, and none can run", async ({ page, installation }) => {
  const system = await open(page, installation, "Preview");
  const pdf = Buffer.from(
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n165\n%%EOF\n",
  );
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await choose(page, "Upload", [
    { name: "plan.pdf", mimeType: "application/pdf", buffer: pdf },
    { name: "screen.png", mimeType: "image/png", buffer: png },
    { name: "accounts.csv", mimeType: "text/csv", buffer: Buffer.from('name,note\n"Ortega, Luis","<b>admin</b>"\n') },
  ]);
  await expect(tray(page).getByRole("heading")).toHaveText("3 files uploaded");
  await page.getByRole("button", { name: "Close the uploads" }).click();
  for (const name of ["plan.pdf", "screen.png", "accounts.csv"]) {
    await page.goto(`/s/${system}/evidence`);
    await page.getByRole("table").getByRole("link", { name }).click();
    if (name === "plan.pdf") {
      const frame = page.getByTitle(`Content of ${name}`);
      await expect(frame).toHaveAttribute("src", /^blob:/);
      await page.screenshot({ path: "screenshots/evidence-pdf.png" });
    } else if (name === "screen.png") {
      await expect(page.getByRole("img", { name: `Content of ${name}` })).toBeVisible();
    } else {
      const table = page.getByRole("region", { name: `Content of ${name}` });
      await expect(table.getByRole("cell", { name: "Ortega, Luis" })).toBeVisible();
      await expect(table.getByRole("cell", { name: "<b>admin</b>" })).toBeVisible();
      await expectNoAxeViolations(page);
    }
  }
});

test("proof that stays elsewhere is referred to", async ({ page, installation }) => {
  const system = await open(page, installation, "Reference");
  await page.getByRole("button", { name: "Refer to evidence elsewhere" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Refer to evidence elsewhere" });
  await dialog.getByRole("button", { name: "Add the reference" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Custodian");
  await expectNoAxeViolations(page, { include: "dialog[open]" });
  await dialog.getByLabel("Name").fill("Drawing register");
  await dialog.getByLabel("Where it is").fill("javascript:alert(1)");
  await dialog.getByLabel("SHA-256").fill(createHash("sha256").update("x").digest("hex"));
  await dialog.getByLabel("Custodian").fill("Document control");
  await dialog.getByRole("button", { name: "Add the reference" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Where it is");
  await dialog.getByLabel("Where it is").fill("https://enclave.example/register.xlsx");
  await dialog.getByRole("button", { name: "Add the reference" }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${system}/evidence/EV-1$`));
  await expect(page.getByText("Document control")).toBeVisible();
  await screenshots(page, "evidence-reference");
});

test("held, deleted with a reason, purged only with a reason, taken back, restored", async ({ page, installation }) => {
  const system = await open(page, installation, "Deleted");
  await choose(page, "Upload", text("old.txt", "An old list.\n"));
  await expect(row(page, "old.txt")).toContainText("Done");
  await page.getByRole("button", { name: "Close the uploads" }).click();
  await page.goto(`/s/${system}/evidence/EV-1`);
  await page.getByRole("button", { name: "Set a legal hold" }).click();
  await page.getByLabel("Why").fill("Contract dispute.");
  await page.getByRole("button", { name: "Set the hold" }).click();
  await expect(page.getByText("Nothing of it can be deleted")).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(/hold/i);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Lift the legal hold" }).click();
  await page.getByLabel("Why").fill("Settled.");
  await page.getByRole("button", { name: "Lift the hold" }).click();
  await expect(page.getByText("Nothing of it can be deleted")).toBeHidden();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.getByText("It is kept, but supports no finding.")).toBeVisible();
  await page.getByRole("button", { name: "Bring back" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("Replaced & gone.");
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("link", { name: "Deleted evidence" }).click();
  await expect(page.getByText("Replaced & gone.")).toBeVisible();
  await expect(page.getByText(/Nothing keeps it/)).toBeVisible();
  await screenshots(page, "evidence-deleted");
  await page.getByRole("button", { name: "Purge", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Purge", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Why");
  await page.getByRole("dialog").getByLabel("Why").fill("Uploaded by mistake.");
  await page.getByRole("dialog").getByRole("button", { name: "Purge", exact: true }).click();
  await expect(page.getByText(/Goes for good/)).toBeVisible();
  await expect(page.getByText(/Not before/)).toBeVisible();
  await page.getByRole("button", { name: "Take the purge back" }).click();
  await expect(page.getByText(/Nothing keeps it/)).toBeVisible();
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByRole("heading", { name: "Nothing is deleted" })).toBeVisible();
});

test("a purge whose day has come is looked at until it is done", async ({ page, installation }) => {
  const system = await installation.system("Purged in time");
  const form = new FormData();
  form.set("metadata", JSON.stringify({ title: "Old list" }));
  form.set("file", new Blob(["An old list.\n"], { type: "text/plain" }), "old-list.txt");
  const made = await fetch(`${installation.server.url}/api/v1/systems/${system}/evidence`, { method: "POST", headers: installation.admin.headers(), body: form });
  expect(made.status, await made.text()).toBe(201);
  const { version } = await installation.admin.call<{ version: number }>("GET", `/systems/${system}/evidence/EV-1`);
  await installation.admin.call("DELETE", `/systems/${system}/evidence/EV-1`, undefined, { "if-match": `"${version}"` });
  await signIn(page, installation.administrator);
  // The job comes every hour, a day after the manager's word: the answers say that it was confirmed long ago, and then that it is done.
  let looks = 0;
  await page.route("**/deleted-evidence", async (route) => {
    looks += 1;
    const response = await route.fetch();
    const [one] = (await response.json()) as Record<string, unknown>[];
    const items = looks <= 2 ? [{ ...one, state: "confirmed", purge_at: "2026-01-01T00:00:00Z" }] : [];
    return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(items) });
  });
  await page.clock.install();
  await page.goto(`/s/${system}/evidence/deleted`);
  await expect(page.getByText(/Goes for good/)).toBeVisible();
  // Again and again: the page begins to wait only when it has the answer before.
  await expect(async () => {
    await page.clock.fastForward(31_000);
    await expect(page.getByRole("heading", { name: "Nothing is deleted" })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  expect(looks, "answers, of which two were the same").toBeGreaterThan(2);
});
