import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

/** Creates tasks as the administrator. */
async function tasks(installation: Installation, system: string, all: Record<string, unknown>[]): Promise<void> {
  for (const task of all) await installation.admin.call("POST", `/systems/${system}/tasks`, task);
}

test("a card is moved by mouse and by keyboard, as the rules allow", async ({ page, installation }) => {
  const system = await installation.system("Board enclave");
  await installation.member(system, "Lena Board", "contributor");
  await tasks(installation, system, [
    { title: "Drag me", assignee: installation.administrator.id },
    { title: "Carry me", assignee: installation.administrator.id },
  ]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks?view=all&layout=board`);
  const lane = (name: string) => page.getByRole("region", { name });
  const card = (title: string) => page.locator(".lane-card", { hasText: title });
  await expect(lane("Open").getByRole("listitem")).toHaveCount(2);
  await card("Drag me").dragTo(lane("In progress"));
  await expect(lane("In progress").getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("status").filter({ hasText: "TASK-1 is in In progress now." })).toBeAttached();
  // Nothing is completed without a confirmation.
  await card("Carry me").dragTo(lane("Completed"));
  await expect(lane("Completed").getByRole("listitem")).toHaveCount(0);

  await page.getByRole("button", { name: "Start: move TASK-2 to In progress" }).focus();
  await page.keyboard.press("Enter");
  await expect(lane("In progress").getByRole("listitem")).toHaveCount(2);
  await expect(page.getByRole("link", { name: "Carry me" }), "the focus goes with the card").toBeFocused();
  await page.getByRole("button", { name: "Submit for confirmation: move TASK-2 to To confirm" }).press("Enter");
  await expect(lane("To confirm").getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Confirm: move TASK-2 to Completed" }), "nobody confirms their own work").toHaveCount(0);
  await page.getByRole("button", { name: "Send back: move TASK-2 to In progress" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Send back TASK-2" });
  await dialog.getByRole("textbox", { name: "Comment" }).fill("Not yet.");
  await dialog.getByRole("button", { name: "Send back" }).click();
  await expect(lane("In progress").getByRole("listitem")).toHaveCount(2);
  await expectNoAxeViolations(page);
  await screenshots(page, "tasks-board-moves");
});

test("many tasks are changed at once, and what was refused is said", async ({ page, installation }) => {
  const system = await installation.system("Bulk enclave");
  await installation.member(system, "Bo Bulk", "contributor");
  await tasks(installation, system, [{ title: "First" }, { title: "Second" }, { title: "Third" }]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks?view=all`);
  await page.getByRole("checkbox", { name: "Select all tasks of this page" }).check();
  const bar = page.getByRole("toolbar", { name: "Selected tasks" });
  await expect(bar).toContainText("3 tasks selected");
  await page.getByRole("checkbox", { name: "Select TASK-3" }).uncheck();
  await expect(bar).toContainText("2 tasks selected");
  await expectNoAxeViolations(page);
  await screenshots(page, "tasks-batch");
  await bar.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the selected tasks" });
  await dialog.getByRole("button", { name: "Change", exact: true }).click();
  await expect(dialog.getByText("Choose what is to be changed.").first()).toBeVisible();
  await dialog.getByRole("combobox", { name: "Who does it" }).selectOption({ label: "Bo Bulk" });
  await dialog.getByRole("combobox", { name: "Priority" }).selectOption({ label: "High" });
  // Somebody saves one of them meanwhile.
  await installation.admin.call("PATCH", `/systems/${system}/tasks/TASK-2`, { title: "Second, renamed" }, { "if-match": '"1"' });
  await dialog.getByRole("button", { name: "Change", exact: true }).click();
  const refused = dialog.getByRole("alert").filter({ hasText: "TASK-2" });
  await expect(refused).toContainText("1 task changed. 1 task was refused and stays selected:");
  await expect(refused).not.toContainText("TASK-1");
  await expectNoAxeViolations(page, { include: "dialog[open]" });
  await screenshots(page, "tasks-bulk-refused");
  await expect(dialog.getByText("1 task is selected.", { exact: false })).toBeVisible();
  await expect(page.locator("tbody tr", { hasText: "TASK-1" })).toContainText("Bo Bulk");
  await expect(page.locator("tbody tr", { hasText: "Second, renamed" })).not.toContainText("Bo Bulk");
  // What is left is changed at its newest version.
  await dialog.getByRole("button", { name: "Change", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator("tbody tr", { hasText: "Second, renamed" })).toContainText("Bo Bulk");
  await expect(bar).toBeHidden();

  // A date is given to several, and taken away again; the toast about it stands above the bar.
  const change = async (until: string, date?: string) => {
    await page.getByRole("checkbox", { name: "Select TASK-1" }).check();
    await bar.getByRole("button", { name: "Change" }).click();
    await dialog.getByRole("combobox", { name: "Due" }).selectOption({ label: until });
    if (date) await dialog.getByLabel("Due on").fill(date);
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await expect(dialog).toBeHidden();
  };
  await change("On a date", "2099-03-04");
  await expect(page.locator("tbody tr", { hasText: "TASK-1" })).toContainText("4 Mar 2099");
  await change("Without a date");
  await expect(page.locator("tbody tr", { hasText: "TASK-1" })).not.toContainText("4 Mar 2099");
  await page.getByRole("checkbox", { name: "Select TASK-1" }).check();
  const toast = await page.locator(".toast").last().boundingBox();
  const box = await bar.boundingBox();
  expect((toast?.y ?? 0) + (toast?.height ?? 0), "a toast hides nothing of the bar").toBeLessThanOrEqual(box?.y ?? 0);
  await bar.getByRole("button", { name: "Take a step" }).click();
  const step = page.getByRole("dialog", { name: "Take a step with the selected tasks" });
  await expect(step.getByText("optional")).toBeVisible();
  await step.getByRole("combobox", { name: "Step" }).selectOption({ label: "Send back" });
  await expect(step.getByText("optional"), "it is demanded here").toHaveCount(0);
});

test("a list says that it hides completed tasks, and looks for words in all of them", async ({ page, installation }) => {
  const system = await installation.system("Hidden enclave");
  await tasks(installation, system, [{ title: "Firewall rules", assignee: installation.administrator.id }, { title: "Firewall logs" }]);
  for (const action of ["start", "submit", "confirm"]) {
    await installation.admin.call("POST", `/systems/${system}/tasks/TASK-1/transitions`, { action });
  }
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks?view=all`);
  await expect(page.locator("tbody tr")).toHaveCount(1);
  const hidden = page.getByRole("button", { name: "Not completed: show completed tasks, too" });
  await expectNoAxeViolations(page);
  await hidden.click();
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await expect(hidden).toHaveCount(0);
  await page.goto(`/s/${system}/tasks?view=all`);
  await page.getByRole("searchbox", { name: "Filter tasks" }).fill("firewall");
  await expect(page.locator("tbody tr")).toHaveCount(2);
});

test("a deleted task is not asked about again", async ({ page, installation }) => {
  const system = await installation.system("Deleted enclave");
  await tasks(installation, system, [{ title: "A slip" }]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks?view=all`);
  await page.getByRole("link", { name: "A slip" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("A slip");
  const missing: string[] = [];
  page.on("response", (response) => response.status() === 404 && missing.push(response.url()));
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "Tasks", level: 1 })).toBeVisible();
  await page.goto(`/s/${system}/tasks?view=all`);
  await expect(page.getByRole("heading", { name: "Nothing is open" })).toBeVisible();
  expect(missing).toEqual([]);
});

test("a view is saved under a name, shared, opened and deleted", async ({ page, installation, browser }) => {
  const system = await installation.system("Saved enclave");
  const { person: ines } = await installation.member(system, "Ines Saved", "viewer");
  await tasks(installation, system, [{ title: "Urgent one", priority: "urgent" }, { title: "Other" }]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks?view=all&priority=urgent`);
  await page.getByRole("button", { name: "Saved filters" }).click();
  await page.getByRole("button", { name: "Save this view" }).click();
  const dialog = page.getByRole("dialog", { name: "Save this view" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Burning");
  await dialog.getByRole("checkbox", { name: "Share it with all members" }).check();
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved as Burning.").first()).toBeVisible();

  const context = await browser.newContext({ baseURL: installation.server.url });
  const hers = await context.newPage();
  await signIn(hers, ines);
  await hers.goto(`/s/${system}/tasks`);
  await hers.getByRole("button", { name: "Saved filters" }).click();
  await hers.getByRole("link", { name: "Burning" }).click();
  await expect(hers.locator("tbody tr")).toHaveCount(1);
  await expect(hers).toHaveURL(/priority=urgent/);
  await context.close();

  await page.getByRole("button", { name: "Saved filters" }).click();
  await page.getByRole("button", { name: "Delete the filter Burning" }).click();
  const asked = page.getByRole("dialog", { name: "Delete saved filter" });
  await expect(asked).toContainText("Burning is gone for all members of the system then.");
  await asked.getByRole("button", { name: "Delete" }).click();
  await expect(asked).toBeHidden();
  await page.getByRole("button", { name: "Saved filters" }).click();
  await expect(page.getByText("None is saved yet.")).toBeVisible();
});

test("a CSV file is looked at line by line and then imported", async ({ page, installation }) => {
  const system = await installation.system("Imported enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks?view=all`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Import tasks" });
  await expect(dialog.getByRole("button", { name: "Create tasks" })).toBeDisabled();
  const file = (content: string) => ({ name: "tasks.csv", mimeType: "text/csv", buffer: Buffer.from(content) });
  await dialog.getByLabel("CSV file").setInputFiles(file("name\nx\n"));
  await expect(dialog.getByRole("alert")).toContainText("There is no column");
  // What Excel's plain "CSV" writes: the bytes go as they are, and what is not UTF-8 is not made into other letters.
  const latin = { name: "tasks.csv", mimeType: "application/vnd.ms-excel", buffer: Buffer.from("title\nCaf\u00e9 \u00fcber\n", "latin1") };
  await dialog.getByLabel("CSV file").setInputFiles(latin);
  await expect(dialog.getByRole("alert")).toContainText("not UTF-8. Save it as CSV UTF-8");
  await expect(dialog.getByRole("button", { name: "Create tasks" })).toBeDisabled();
  await dialog.getByLabel("CSV file").setInputFiles({ ...latin, name: "tasks.xlsx", buffer: Buffer.from("PK\u0003\u0004\u0014", "latin1") });
  await expect(dialog.getByRole("alert")).toContainText("This is a workbook");
  await dialog.getByLabel("CSV file").setInputFiles(file("title,control,due\nCheck the caf\u00e9's locks,AC.L2-3.1.1,2027-01-05\n=1+1,,\nBroken,,someday\n"));
  await expect(dialog.getByText("2 lines make a task")).toBeVisible();
  await expect(dialog.getByText("1 line is left out")).toBeVisible();
  await expect(dialog.locator("tbody tr").first()).toContainText("due: A date such as 2026-11-30.");
  await expect(dialog.locator("tbody tr").nth(2)).toContainText("it stays text");
  await expect(dialog.locator("tbody tr").first().locator("td").first()).toHaveAttribute("data-label", "Line");
  await expectNoAxeViolations(page);
  await screenshots(page, "tasks-import");
  await dialog.getByRole("button", { name: "Create 2 tasks" }).click();
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await expect(page.locator("tbody")).toContainText("=1+1");
  await expect(page.locator("tbody")).toContainText("Check the caf\u00e9's locks");
});
