import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { signIn, signOut } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("a report is scheduled, run, told by mail with a link that opens it, paused, changed and deleted", async ({ page, installation }) => {
  test.slow();
  const { server, admin, administrator } = installation;
  const system = await installation.system("Scheduled enclave");
  const { person } = await installation.member(system, "Rita Recipient", "viewer");
  await installation.member(system, "Carla Colleague", "contributor");
  await signIn(page, administrator);
  await page.goto(`/s/${system}/reports`);
  await page.getByRole("link", { name: "Scheduled", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No report is scheduled yet" })).toBeVisible();
  await expectNoAxeViolations(page);

  await page.getByRole("button", { name: "Schedule a report" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Schedule a report" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.locator(".field-fault"), "a name and somebody to tell").toHaveCount(2);
  await dialog.getByLabel("Name").fill("Monday status");
  // Only who may read an audit extract is offered for it.
  await dialog.getByLabel("Report", { exact: true }).selectOption("audit_extract");
  await expect(dialog.getByRole("checkbox", { name: "Carla Colleague" })).toBeVisible();
  await expect(dialog.getByRole("checkbox", { name: "Rita Recipient" })).toHaveCount(0);
  await dialog.getByLabel("Report", { exact: true }).selectOption("assessment_status");
  await dialog.getByLabel("Finding").selectOption("not_assessed");
  await dialog.getByRole("checkbox", { name: "Rita Recipient" }).check();
  await dialog.getByLabel("Hour").selectOption("7");
  await expectNoAxeViolations(page);
  await screenshots(page, "report-schedule-form");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Monday status is saved.")).toBeVisible();
  const row = page.getByRole("row", { name: /Monday status/ });
  await expect(row).toContainText("Assessment status, PDF");
  await expect(row).toContainText("Finding: Not assessed");
  await expect(row).toContainText("Mondays");
  await expect(row).toContainText("07:00 in the system's time zone");
  await expect(row).toContainText("Rita Recipient");
  await expect(row).toContainText("Not yet");

  await row.getByRole("button", { name: "Run now" }).click();
  await expect(row.getByText("Ready")).toBeVisible({ timeout: 30_000 });
  await expect(row).toContainText("1 person told");
  await screenshots(page, "reports-scheduled");

  await row.getByRole("button", { name: "Pause Monday status" }).click();
  await expect(row).toContainText("Paused");
  await row.getByRole("button", { name: "Resume Monday status" }).click();
  await expect(row).toContainText("Active");
  await row.getByRole("button", { name: "Edit Monday status" }).click();
  const edit = page.getByRole("dialog", { name: "Edit scheduled report" });
  await expect(edit.getByLabel("Finding")).toHaveValue("not_assessed");
  await edit.getByLabel("How often").selectOption("month");
  await edit.getByLabel("Day of the month").selectOption("31");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Last day of the month");

  // The mail lies in the folder that mails go to by default. It has the link, and no attachment.
  const folder = join(server.dataDir, "data", "mail");
  let mail = "";
  await expect(async () => {
    await admin.call("POST", "/job-schedules/notification_mails/run");
    const names = await readdir(folder).catch(() => []);
    const mails = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
    mail = mails.find((text) => text.includes(person.email) && text.includes("Monday status is ready")) ?? "";
    expect(mail).not.toBe("");
  }).toPass({ timeout: 30_000, intervals: [3_000] });
  const text = mail.replace(/=\r?\n/g, "").replace(/=3D/g, "=");
  expect(text).not.toContain("application/pdf");
  const link = text.match(new RegExp(`${server.url}/s/${system}/reports/[0-9a-f-]{36}`))?.[0];
  expect(link, text).toBeTruthy();

  await signOut(page, administrator.name);
  await signIn(page, person);
  await page.goto(link ?? "");
  await expect(page.getByRole("heading", { level: 1, name: "Assessment status" })).toBeVisible();
  await expect(page.getByText("Monday status")).toBeVisible();
  await expect(page.getByText("Finding: Not assessed")).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "report");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await readFile(await (await download).path())).subarray(0, 5).toString()).toBe("%PDF-");
  // A reader schedules nothing.
  await page.goto(`/s/${system}/reports/scheduled`);
  await expect(page.getByRole("heading", { name: "Your role does not reach here" })).toBeVisible();
  await signOut(page, person.name);

  await signIn(page, administrator);
  await page.goto(`/s/${system}/reports/scheduled`);
  await row.getByRole("button", { name: "Delete Monday status" }).click();
  await page.getByRole("dialog", { name: "Delete scheduled report" }).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Monday status is deleted.")).toBeVisible();
  await expect(row).toHaveCount(0);
});

test("filters that the form does not offer are shown in words and can be taken out", async ({ page, installation }) => {
  const { admin, administrator } = installation;
  const system = await installation.system("Scheduled by a program");
  const { person } = await installation.member(system, "Petra Programmed", "viewer");
  const members = await admin.call<{ items: { user: string; name: string }[] }>("GET", `/systems/${system}/members`);
  const recipients = members.items.filter((member) => member.name === person.name).map((member) => member.user);
  const schedule = { name: "Two families", kind: "assessment_status", format: "pdf", filters: "family=AC,AU&finding=not_met", marking: "" };
  await admin.call("POST", `/systems/${system}/report-schedules`, { ...schedule, recurrence: { every: "week", weekday: "monday" }, hour: 6, recipients });
  const read = async () => (await admin.call<{ items: { filters: string | null; marking: string | null }[] }>("GET", `/systems/${system}/report-schedules`)).items[0];
  await signIn(page, administrator);
  await page.goto(`/s/${system}/reports/scheduled`);
  const row = page.getByRole("row", { name: /Two families/ });
  await row.getByRole("button", { name: "Edit Two families" }).click();
  const edit = page.getByRole("dialog", { name: "Edit scheduled report" });
  await expect(edit).toContainText("Only Family: AC, AU; Finding: Not met");
  await expect(edit.getByLabel("Finding")).toHaveCount(0);
  await expect(edit.getByRole("checkbox", { name: "Leave every page unmarked" })).toBeChecked();
  await expectNoAxeViolations(page);
  await screenshots(page, "report-schedule-held");
  // What was not touched stays.
  await edit.getByLabel("Hour").selectOption("8");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("08:00");
  expect(await read()).toMatchObject({ filters: "family=AC,AU&finding=not_met", marking: "" });

  await row.getByRole("button", { name: "Edit Two families" }).click();
  await edit.getByRole("button", { name: "Remove filters" }).click();
  await expect(edit.getByLabel("Finding")).toHaveValue("");
  await edit.getByRole("checkbox", { name: "Leave every page unmarked" }).uncheck();
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row).not.toContainText("Family:");
  expect(await read()).toMatchObject({ filters: null, marking: null });
});
