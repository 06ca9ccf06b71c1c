import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

/** Creates tasks as the administrator. */
async function tasks(installation: Installation, system: string, all: Record<string, unknown>[]): Promise<void> {
  for (const task of all) await installation.admin.call("POST", `/systems/${system}/tasks`, task);
}

test("a task goes from one person to another and back until it is confirmed", async ({ page, installation, browser }) => {
  const system = await installation.system("Worked enclave");
  const { person: priya } = await installation.member(system, "Priya Kaur", "contributor");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks`);
  await expect(page.getByRole("heading", { name: "Nothing waits for you" })).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole("button", { name: "New task" }).click();
  const dialog = page.getByRole("dialog", { name: "New task" });
  await dialog.getByRole("button", { name: "Create task" }).click();
  await expect(dialog.getByText("Fill this in.").first()).toBeVisible();
  await dialog.getByRole("textbox", { name: "Title" }).fill("Disable 4 leavers' accounts");
  await dialog.getByRole("textbox", { name: "Control" }).fill("XX-1");
  await dialog.getByRole("combobox", { name: "Who does it" }).selectOption({ label: "Priya Kaur" });
  await dialog.getByRole("button", { name: "Create task" }).click();
  await expect(dialog.locator(".field-fault"), "the server's refusal lands on its field").toBeVisible();
  await dialog.getByRole("textbox", { name: "Control" }).fill("AC.L2-3.1.1");
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Create task" }).click();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Disable 4 leavers' accounts");

  const context = await browser.newContext({ baseURL: installation.server.url });
  const hers = await context.newPage();
  await signIn(hers, priya);
  await hers.goto(`/s/${system}/tasks`);
  await hers.getByRole("link", { name: "Disable 4 leavers' accounts" }).click();
  await hers.getByRole("button", { name: "Start" }).click();
  await expect(hers.locator(".control-badges")).toContainText("In progress");
  await hers.getByRole("button", { name: "Submit for confirmation" }).click();
  await expect(hers.locator(".control-badges")).toContainText("To confirm");
  await expect(hers.getByRole("button", { name: "Confirm", exact: true }), "nobody confirms their own work").toHaveCount(0);

  await page.goto(`/s/${system}/tasks?view=confirm`);
  await expect(page.getByRole("navigation", { name: "Whose tasks" })).toContainText("To confirm1");
  await page.getByRole("link", { name: "Disable 4 leavers' accounts" }).click();
  await page.getByRole("button", { name: "Send back" }).click();
  const back = page.getByRole("dialog", { name: "Send back" });
  await back.getByRole("button", { name: "Send back" }).click();
  await expect(back.getByText("Fill this in.").first(), "a comment is demanded").toBeVisible();
  await back.getByRole("textbox", { name: "Comment" }).fill("One is still enabled.");
  await back.getByRole("button", { name: "Send back" }).click();
  await expect(page.getByText("One is still enabled.")).toBeVisible();
  await expect(page.locator(".history")).toContainText("sent it back");

  await hers.goto(`/s/${system}/tasks/TASK-1`);
  await expect(hers.getByText("One is still enabled.")).toBeVisible();
  await hers.getByRole("textbox", { name: "Comment" }).fill("Done, all four.");
  await hers.keyboard.press("Control+Enter");
  await expect(hers.getByText("Done, all four.")).toBeVisible();
  await expect(hers.getByRole("textbox", { name: "Comment" })).toHaveValue("");
  await hers.getByRole("button", { name: "Submit for confirmation" }).click();
  await expect(hers.locator(".control-badges")).toContainText("To confirm");
  await context.close();

  await page.reload();
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.locator(".control-badges")).toContainText("Completed");
  await expect(page.locator("dl.facts")).toContainText("Confirmed by");
  await screenshots(page, "task");
  await expectNoAxeViolations(page);
});

test("lists and boards show overdue first, by filters in the address", async ({ page, installation }) => {
  const system = await installation.system("Listed tasks");
  const { person: priya } = await installation.member(system, "Priya Kaur", "contributor");
  await tasks(installation, system, [
    { title: "Later", due: "2099-01-01" },
    { title: "Without a date", assignee: priya.id, priority: "low" },
    { title: "Long ago", due: "2020-01-01", priority: "urgent", assignee: priya.id },
    { title: "Mine", assignee: installation.administrator.id, control: "AC.L2-3.1.1" },
  ]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks`);
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await page.getByRole("link", { name: "All", exact: true }).click();
  await expect(page.locator("tbody tr .task-title")).toHaveText(["Long ago", "Later", "Without a date", "Mine"]);
  await expect(page.locator("tbody tr").first()).toContainText("Overdue");
  await expectNoAxeViolations(page);
  await screenshots(page, "tasks");

  await page.getByRole("button", { name: "Overdue" }).click();
  await expect(page).toHaveURL(/overdue=true/);
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await page.getByRole("button", { name: "Overdue" }).click();
  await page.getByRole("button", { name: "Filter by Assignee" }).click();
  await page.getByRole("radio", { name: "Priya Kaur" }).check();
  await page.keyboard.press("Escape");
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await page.getByRole("link", { name: "Board", exact: true }).click();
  await expect(page.getByRole("region", { name: "Open" }).getByRole("listitem")).toHaveCount(2);
  await page.reload();
  await expect(page.getByRole("region", { name: "Open" }).getByRole("listitem"), "a reload keeps the view").toHaveCount(2);
  await expectNoAxeViolations(page);
  await screenshots(page, "tasks-board");
});

test("a task is edited; a colleague's change is not lost", async ({ page, installation }) => {
  const system = await installation.system("Edited tasks");
  await tasks(installation, system, [{ title: "First words" }]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks/TASK-1`);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await dialog.getByRole("textbox", { name: "Title" }).fill("Better words");
  await installation.admin.call("PATCH", `/systems/${system}/tasks/TASK-1`, { priority: "urgent" }, { "if-match": '"1"' });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Someone else saved in the meantime.", { exact: false })).toBeVisible();
  await expect(dialog.getByRole("textbox", { name: "Title" }), "what was typed stays").toHaveValue("Better words");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Better words");
  await expect(page.locator("dl.facts"), "only what was changed was sent").toContainText("Urgent");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "Tasks", level: 1 })).toBeVisible();
});

test("work that nobody else can confirm is marked as self-confirmed", async ({ page, installation }) => {
  const system = await installation.system("Lonely enclave");
  await tasks(installation, system, [{ title: "All alone", assignee: installation.administrator.id }]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks/TASK-1`);
  await page.getByRole("button", { name: "Submit for confirmation" }).click();
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.locator(".control-badges")).toContainText("Self-confirmed");
  await expect(page.getByText("Confirmed by the person who did it")).toBeVisible();
});
