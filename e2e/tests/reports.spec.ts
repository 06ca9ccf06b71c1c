import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("a report is chosen, made in the background, downloaded and deleted", async ({ page, installation }) => {
  test.slow();
  const system = await installation.system("Reported");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  await page.getByRole("link", { name: "Reports" }).first().click();
  await expect(page.getByText("No report was made yet")).toBeVisible();
  await expectNoAxeViolations(page);

  await page.getByLabel("Report", { exact: true }).selectOption("family_detail");
  await page.getByLabel("Finding").selectOption("not_assessed");
  await page.getByLabel("Family").selectOption("AC");
  await page.getByLabel("Format").selectOption("pdf");
  await page.getByLabel("Marking").fill("CUI // TRIAL");
  await page.getByRole("button", { name: "Make report" }).click();
  await expect(page.getByText("Family detail is being made.")).toBeVisible();
  const row = page.getByRole("row", { name: /Family detail, PDF/ });
  await expect(row.getByText("Ready")).toBeVisible({ timeout: 30_000 });
  await expect(row.getByText("Working copy")).toBeVisible();
  await expect(row.getByText("Finding: Not assessed; Family: AC")).toBeVisible();
  const download = page.waitForEvent("download");
  await row.getByRole("link", { name: "Download" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^reported-family-detail-working-copy-\d{4}-\d\d-\d\d\.pdf$/);
  expect((await readFile(await file.path())).subarray(0, 5).toString()).toBe("%PDF-");

  // A kind without filters offers none; the spreadsheet is made too.
  await page.getByLabel("Report", { exact: true }).selectOption("executive");
  await expect(page.getByLabel("Finding")).toHaveCount(0);
  await page.getByLabel("Format").selectOption("xlsx");
  await page.getByRole("button", { name: "Make report" }).click();
  await expect(page.getByRole("row", { name: /Executive summary, Excel/ }).getByText("Ready")).toBeVisible({ timeout: 30_000 });
  await expectNoAxeViolations(page);
  await screenshots(page, "reports");

  // One press deletes nothing.
  await row.getByRole("button", { name: "Delete Family detail, PDF" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete report" });
  await expect(dialog).toContainText("Family detail, PDF");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Delete Family detail, PDF" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("The report is deleted.")).toBeVisible();
  await expect(row).toHaveCount(0);
});

test("a report that stands in the queue for long is looked at until it is ready", async ({ page, installation }) => {
  const system = await installation.system("Queued for long");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/reports`);
  await expect(page.getByText("No report was made yet")).toBeVisible();
  // The first answer that has the report is given a few times more, as if the queue were long: answers that are the same in every byte.
  let early: string | undefined;
  let looks = 0;
  await page.route(`**/api/v1/systems/${system}/reports`, async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const headers = { ...route.request().headers() };
    delete headers["if-none-match"];
    const response = await route.fetch({ headers });
    const body = (await response.json()) as { items: { state: string }[] };
    if (early === undefined && body.items[0]) {
      body.items[0].state = "queued";
      early = JSON.stringify(body);
    }
    looks += early === undefined ? 0 : 1;
    return route.fulfill(early !== undefined && looks <= 4 ? { status: 200, contentType: "application/json", body: early } : { response });
  });
  await page.getByLabel("Report", { exact: true }).selectOption("executive");
  await page.getByRole("button", { name: "Make report" }).click();
  const row = page.getByRole("row", { name: /Executive summary, PDF/ });
  await expect(row.getByText("Waiting")).toBeVisible();
  await expect(row.getByText("Ready")).toBeVisible({ timeout: 30_000 });
  expect(looks, "answers that had the report").toBeGreaterThan(4);
});

test("a report that never moves is not looked at for ever: that would keep the session alive", async ({ page, installation }) => {
  const system = await installation.system("Queued for good");
  await installation.admin.call("POST", `/systems/${system}/reports`, { kind: "executive", format: "pdf" });
  await signIn(page, installation.administrator);
  let looks = 0;
  let body: string | undefined;
  await page.route(`**/api/v1/systems/${system}/reports`, async (route) => {
    looks += 1;
    if (body === undefined) {
      const answer = (await (await route.fetch()).json()) as { items: Record<string, unknown>[] };
      const items = answer.items.map((item) => ({ ...item, state: "queued", progress: 0 }));
      body = JSON.stringify({ ...answer, items });
    }
    return route.fulfill({ status: 200, contentType: "application/json", body });
  });
  await page.clock.install();
  await page.goto(`/s/${system}/reports`);
  await expect(page.getByRole("row", { name: /Executive summary, PDF/ }).getByText("Waiting")).toBeVisible();
  const begun = looks;
  await expect(async () => {
    await page.clock.fastForward(2_000);
    expect(looks).toBeGreaterThan(begun + 1);
  }).toPass({ timeout: 20_000 });
  await page.clock.fastForward(16 * 60_000);
  // The look that was under way comes back; after it there is none, however long one waits.
  let end = looks;
  let since = Date.now();
  await expect
    .poll(() => {
      if (looks !== end) [end, since] = [looks, Date.now()];
      return Date.now() - since;
    }, "for how long, in milliseconds, there was no look")
    .toBeGreaterThan(2_000);
  for (let turn = 0; turn < 3; turn += 1) {
    await page.clock.fastForward(5_000);
    // What was asked for by then has been counted before this is answered.
    await page.evaluate(async () => (await fetch("/healthz")).text());
  }
  expect(looks, "looks after a quarter of an hour without a change").toBe(end);
});

test("a report is read as a page that says what it is and prints", async ({ page, installation }) => {
  test.slow();
  const system = await installation.system("Viewed");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/reports`);
  await page.getByLabel("Report", { exact: true }).selectOption("assessment_status");
  await page.getByLabel("Finding").selectOption("not_assessed");
  await page.getByRole("link", { name: "View here" }).click();
  await expect(page.getByRole("heading", { name: "Assessment status", level: 1 })).toBeVisible();
  await expect(page.getByRole("note")).toContainText("Working copy, not a result: 110 of 110 requirements are not assessed");
  await expect(page.getByText("CUI", { exact: true })).toHaveCount(2);
  await expect(page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "Requirements" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Requirements" }).getByRole("row")).toHaveCount(111);
  await expectNoAxeViolations(page);
  await screenshots(page, "report-view");
  // On paper there is the report alone.
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  await expect(page.getByRole("note")).toBeVisible();
  // Each sheet of it bears the marking at head and foot, and the notice.
  const paper = await page.pdf({ format: "Letter" });
  const sheets = execFileSync("pdftotext", ["-layout", "-", "-"], { input: paper }).toString().split("\f");
  const written = sheets.filter((sheet) => sheet.trim() !== "");
  expect(written.length).toBeGreaterThan(2);
  for (const sheet of written) {
    expect(sheet.match(/^\s*CUI\s*$/gm), sheet).toHaveLength(2);
    expect(sheet).toContain("Working copy, not a result");
  }
});

test("the web view has the marking that was typed, and the way back finds the form as it was", async ({ page, installation }) => {
  const system = await installation.system("Looked at first");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/reports`);
  await page.getByLabel("Report", { exact: true }).selectOption("tasks");
  await page.getByLabel("State").selectOption("open");
  await page.getByLabel("Overdue").selectOption("true");
  await page.getByLabel("Format").selectOption("xlsx");
  await page.getByLabel("Marking").fill("CUI // TRIAL");
  await page.getByRole("link", { name: "View here" }).click();
  await expect(page.getByText("CUI // TRIAL", { exact: true })).toHaveCount(2);
  await expect(page.getByText("State: Open; Overdue: Yes")).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel("Report", { exact: true })).toHaveValue("tasks");
  await expect(page.getByLabel("State")).toHaveValue("open");
  await expect(page.getByLabel("Overdue")).toHaveValue("true");
  await expect(page.getByLabel("Format")).toHaveValue("xlsx");
  await expect(page.getByLabel("Marking")).toHaveValue("CUI // TRIAL");

  await page.getByRole("checkbox", { name: "Leave every page unmarked" }).check();
  await expect(page.getByLabel("Marking")).toBeDisabled();
  await page.getByRole("link", { name: "View here" }).click();
  await expect(page.getByRole("heading", { name: "Tasks", level: 1 })).toBeVisible();
  await expect(page.getByText("State: Open; Overdue: Yes")).toBeVisible();
  await expect(page.getByText(/^CUI/)).toHaveCount(0);
});

test("every other kind is read as a page, too", async ({ page, installation }) => {
  const system = await installation.system("Viewed in every kind");
  await signIn(page, installation.administrator);
  for (const [kind, title, table] of [
    ["sprs_summary", "SPRS summary", "Finding of each requirement"],
    ["executive", "Executive summary", "Families with most to do"],
    ["tasks", "Tasks", ""],
    ["evidence_register", "Evidence register", ""],
    ["audit_extract", "Audit extract", "Audit events"],
  ]) {
    await page.goto(`/s/${system}/reports/view/${kind}`);
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    if (table) await expect(page.getByRole("table", { name: table })).toBeVisible();
    await expectNoAxeViolations(page);
  }
});

test("a link to a report that is over says that reports are kept for a time", async ({ page, installation }) => {
  const system = await installation.system("Over by now");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/reports/00000000-0000-7000-8000-000000000000`);
  await expect(page.getByText(/A report is kept for a set time, 30 days unless/)).toBeVisible();
  await expectNoAxeViolations(page);
});
