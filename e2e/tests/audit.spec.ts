import { readFile } from "node:fs/promises";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("the log tells who changed what from what to what", async ({ page, installation }) => {
  const system = await installation.system("Audited enclave");
  const { person } = await installation.member(system, "Marcus Hale", "contributor");
  const member = `/systems/${system}/members/${person.id}`;
  const found = await installation.admin.call<{ items: { user: string; version: number }[] }>("GET", `/systems/${system}/members`);
  const version = found.items.find((one) => one.user === person.id)?.version;
  await installation.admin.call("PATCH", member, { role: "assessor" }, { "if-match": `"${version}"` });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/audit`);
  const row = page.getByRole("row").filter({ hasText: "changed the role of" });
  await expect(row).toContainText("Marcus Hale");
  await expect(row).toContainText(/Contributor.*Assessor/);
  await expectNoAxeViolations(page);
  await screenshots(page, "audit");

  await page.getByRole("button", { name: "Verify chain" }).click();
  await expect(page.getByText(/The chain is intact: \d+ rows recomputed/)).toBeVisible();
  await screenshots(page, "audit-verified");

  await page.getByRole("button", { name: /Filter by Action/ }).click();
  await page.getByRole("checkbox", { name: "Members" }).check();
  await expect(page).toHaveURL(/action=member\./);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("row").filter({ hasText: "adopted a rule pack" })).toBeHidden();
  await page.getByLabel("From").fill("2020-01-01");
  await page.getByLabel("To", { exact: true }).fill("2020-01-02");
  await expect(page.getByRole("heading", { name: "No event matches" })).toBeVisible();
  await page.getByRole("link", { name: "Take all filters away" }).click();
  await expect(page.getByRole("row").filter({ hasText: "adopted a rule pack" })).toBeVisible();
});

test("the installation's log is for administrators", async ({ page, installation }) => {
  const system = await installation.system("Log of the installation");
  const { person } = await installation.member(system, "Ines Ortega", "viewer");
  await signIn(page, installation.administrator);
  await page.goto("/audit");
  await expect(page.getByRole("row").filter({ hasText: "signed in" }).first()).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "audit-installation");
  await expect(page.getByRole("row").filter({ hasText: "signed in" }).first()).toContainText("127.0.0.1");
  const [lines] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "JSON lines" }).click()]);
  const first = JSON.parse((await readFile(await lines.path(), "utf8")).split("\n")[0] ?? "");
  expect(first.sequence).toBe(1);
  const [heads] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Heads" }).click()]);
  expect(JSON.parse(await readFile(await heads.path(), "utf8")).heads.length).toBeGreaterThan(0);
  await page.context().clearCookies();
  await signIn(page, person);
  await page.goto("/audit");
  await expect(page.getByRole("heading", { name: "Your role does not reach here" })).toBeVisible();
  await page.goto(`/s/${system}/audit`);
  await expect(page.getByRole("heading", { name: "Your role does not reach here" })).toBeVisible();
});
