import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("evidence is sealed, downloaded, verified in the browser and by the command, and a changed byte is named", async ({ page, installation }) => {
  const system = await installation.system("Sealed");
  const content = "Access is reviewed each quarter.\n".repeat(40);
  const form = new FormData();
  form.set("metadata", JSON.stringify({ title: "Access review", links: [{ control: "AC.L2-3.1.1", objective: "a" }] }));
  form.set("file", new Blob([content], { type: "text/plain" }), "review [Q3] Grüße.txt");
  const made = await fetch(`${installation.server.url}/api/v1/systems/${system}/evidence`, { method: "POST", headers: installation.admin.headers(), body: form });
  expect(made.status, await made.text()).toBe(201);

  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/seals`);
  await expect(page.getByText("Nothing is sealed yet")).toBeVisible();
  await page.getByRole("button", { name: "Seal", exact: true }).click();
  const dialog = page.getByRole("dialog");
  // A frozen assessment says what stands in its way.
  await dialog.getByLabel("What is sealed").selectOption("assessment");
  await expect(dialog.getByText("320 not assessed")).toBeVisible();
  await expectNoAxeViolations(page);
  await dialog.getByLabel("Name").fill("Year one");
  await dialog.getByRole("button", { name: "Seal", exact: true }).click();
  await expect(dialog.getByText(/things stand in the way/)).toBeVisible();
  await dialog.getByLabel("What is sealed").selectOption("working");
  await dialog.getByRole("button", { name: "Seal", exact: true }).click();

  await expect(page.getByRole("heading", { name: "Year one", level: 1 })).toBeVisible();
  for (const field of ["Hashed data list", "Hash value", "Hash algorithm", "Hash date"]) {
    await expect(page.getByText(field, { exact: true })).toBeVisible();
  }
  await expect(page.getByText("CMMCAssessmentArtifacts.log")).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "seal");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const whole = test.info().outputPath("seal.zip");
  await (await download).saveAs(whole);

  await page.getByRole("link", { name: "Verify an archive" }).click();
  await expect(page.getByText("This installation's key:")).toBeVisible();
  await page.getByLabel("Sealed archive").setInputFiles(whole);
  await expect(page.getByRole("heading", { name: "Everything is as it was sealed" })).toBeVisible();
  await expect(page.getByText(/Signed by this installation's key/)).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "seal-verify");
  // One byte of what the archive says of its files, in its manifest, which is packed: found by the archive's own form or by the hash.
  const bytes = await readFile(whole);
  const at = Math.floor(bytes.length / 3);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x01, at);
  const changed = test.info().outputPath("changed.zip");
  await writeFile(changed, bytes);
  await page.getByLabel("Sealed archive").setInputFiles(changed);
  await expect(page.getByRole("heading", { name: /differences?$/ })).toBeVisible();
  await expect(page.locator(".seal-differences li").first()).toBeVisible();
  await screenshots(page, "seal-changed");

  const binary = process.env.CMMC_BINARY ?? "";
  const fingerprint = (await installation.admin.call<{ fingerprint: string }>("GET", "/installation/signing-key")).fingerprint;
  expect(execFileSync(binary, ["evidence", "verify", whole, "--key", fingerprint], { encoding: "utf8" })).toContain("Everything is as it was sealed.");
  expect(() => execFileSync(binary, ["evidence", "verify", changed, "--key", fingerprint], { stdio: "pipe" })).toThrow();
});
