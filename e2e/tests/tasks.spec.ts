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
  const { person: priya, caller } = await installation.member(system, "Priya Kaur", "contributor");
  await tasks(installation, system, [
    { title: "Later", due: "2099-01-01" },
    { title: "Without a date", assignee: priya.id, priority: "low" },
    { title: "Long ago", due: "2020-01-01", priority: "urgent", assignee: priya.id, checklist: ["Ask", "Write down"] },
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
  // Somebody who is at it late is told from somebody who has not begun.
  await caller.call("POST", `/systems/${system}/tasks/TASK-3/transitions`, { action: "start" });
  await page.reload();
  await expect(page.locator("tbody tr").first().locator(".badge")).toHaveText(["In progress", "Overdue", "Urgent"]);
  await installation.admin.call("POST", `/systems/${system}/tasks`, { title: `A title of ${"many words ".repeat(12)}`, due: "2027-01-05", control: "SC.L2-3.13.11", assignee: priya.id });
  for (const width of [768, 921, 1024, 1081, 1401]) {
    await page.setViewportSize({ width, height: 800 });
    await page.reload();
    await expect(page.getByText(/A title of many words/)).toBeVisible();
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, `a long title makes the page scroll sideways at ${width}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await installation.admin.call("DELETE", `/systems/${system}/tasks/TASK-5`, undefined, { "if-match": '"1"' });
  await page.reload();

  await page.getByRole("button", { name: "Overdue" }).click();
  await expect(page).toHaveURL(/overdue=true/);
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await page.getByRole("button", { name: "Overdue" }).click();
  await page.getByRole("button", { name: "Filter by Assignee" }).click();
  await page.getByRole("radio", { name: "Priya Kaur" }).check();
  await page.keyboard.press("Escape");
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await page.getByRole("link", { name: "Board", exact: true }).click();
  await expect(page.getByRole("region", { name: "Open" }).getByRole("listitem")).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole("region", { name: "Open" }).getByRole("listitem"), "a reload keeps the view").toHaveCount(1);
  // However much is said of a card, who has it stands beside the buttons.
  const card = page.getByRole("region", { name: "In progress" }).getByRole("listitem");
  const middle = async (place: string) => {
    const box = await card.locator(place).first().boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0) / 2;
  };
  await expect(card.locator(".checked")).toContainText("0/2");
  expect(Math.abs((await middle(".avatar")) - (await middle(".lane-moves")))).toBeLessThan(2);
  await expectNoAxeViolations(page);
  await screenshots(page, "tasks-board");
});

test("a dialog that holds what was typed asks before it closes", async ({ page, installation }) => {
  const system = await installation.system("Typed");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks`);
  const add = page.getByRole("button", { name: "Task", exact: true });
  const dialog = page.getByRole("dialog", { name: "New task" });
  await add.click();
  await expect(dialog.getByLabel("Title")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog, "nothing was typed, nothing is asked").toBeHidden();
  await add.click();
  await dialog.getByLabel("Title").fill("Half a task");
  await page.keyboard.press("Escape");
  await expect(dialog.getByRole("alert")).toContainText("Close without saving?");
  await expect(dialog.getByRole("button", { name: "Keep writing" })).toBeFocused();
  await expectNoAxeViolations(page, { include: "dialog[open]" });
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Close without saving?")).toHaveCount(0);
  await expect(dialog.getByLabel("Title")).toHaveValue("Half a task");
  await expect(dialog.getByLabel("Title"), "the focus goes back to what was typed").toBeFocused();
  // However often: Escape asks, and while it asks it means to keep writing.
  for (let turn = 0; turn < 3; turn += 1) {
    await page.keyboard.press("Escape");
    await expect(dialog.getByRole("button", { name: "Keep writing" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(dialog.getByText("Close without saving?")).toHaveCount(0);
    await expect(dialog.getByLabel("Title")).toBeFocused();
  }
  await expect(dialog.getByLabel("Title")).toHaveValue("Half a task");
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  await dialog.getByRole("button", { name: "Close without saving" }).click();
  await expect(dialog).toBeHidden();
  await expect(add).toBeFocused();
  await add.click();
  await expect(dialog.getByLabel("Title")).toHaveValue("");
  // What was saved needs no question.
  await dialog.getByLabel("Title").fill("A whole task");
  await dialog.getByRole("button", { name: "Create task" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Close without saving?")).toHaveCount(0);
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

test("a colleague's save behind an open dialog is neither lost nor hidden", async ({ page, installation, browser }) => {
  const system = await installation.system("Two editors");
  const { person: marcus } = await installation.member(system, "Marcus Meanwhile", "contributor");
  await tasks(installation, system, [{ title: "Write the procedure" }]);
  const context = await browser.newContext({ baseURL: installation.server.url });
  const his = await context.newPage();
  await signIn(his, marcus);
  await his.goto(`/s/${system}/tasks/TASK-1`);
  await his.getByRole("button", { name: "Edit", exact: true }).click();
  const dialog = his.getByRole("dialog", { name: "Edit task" });
  await dialog.getByRole("textbox", { name: "What is to be done" }).fill("Marcus's words");

  // Karen saves another description and gives him the task: he is told, and the page behind his dialog shows it at once.
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks/TASK-1`);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const hers = page.getByRole("dialog", { name: "Edit task" });
  await hers.getByRole("textbox", { name: "What is to be done" }).fill("Karen's paragraph");
  await hers.getByRole("combobox", { name: "Who does it" }).selectOption({ label: "Marcus Meanwhile" });
  await hers.getByRole("button", { name: "Save" }).click();
  await expect(hers).toBeHidden();
  await expect(his.locator(".cols")).toContainText("Karen's paragraph");

  await dialog.getByRole("button", { name: "Save" }).click();
  const told = dialog.locator(".meanwhile");
  await expect(told).toContainText("Karen's paragraph");
  await expect(told).toContainText("Changed by you, too");
  await expect(told).toContainText("Marcus Meanwhile");
  await expect(told).toContainText("Taken over into the form.");
  await expectNoAxeViolations(his, { include: "dialog[open]" });
  await screenshots(his, "task-meanwhile");
  await expect(dialog.getByRole("textbox", { name: "What is to be done" }), "what was typed stays").toHaveValue("Marcus's words");
  await expect(dialog.getByRole("combobox", { name: "Who does it" })).toHaveValue(marcus.id);
  await expect(his.locator(".cols"), "nothing is saved yet").toContainText("Karen's paragraph");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(his.locator(".cols")).toContainText("Marcus's words");
  await expect(his.locator("dl.facts"), "hers that he left alone stays").toContainText("Marcus Meanwhile");
  await context.close();
});

test("long words without a break scroll no page sideways", async ({ page, installation }) => {
  const system = await installation.system("Unbroken");
  const link = `https://example.sharepoint.com/${"sites-with-a-long-path".repeat(6)}`;
  await tasks(installation, system, [
    { title: link, description: `See ${link}\n\n\`\`\`\n${link}\n\`\`\``, assignee: installation.administrator.id, checklist: [link] },
  ]);
  await installation.admin.call("POST", `/systems/${system}/tasks/TASK-1/comments`, { body: link });
  await installation.admin.call("POST", `/systems/${system}/task-templates`, { title: link, rule: "FREQ=YEARLY", starts: "2099-01-01" });
  await installation.admin.call("POST", `/systems/${system}/task-filters`, { name: link, query: "view=all" });
  await signIn(page, installation.administrator);
  for (const width of [390, 1024, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    for (const place of ["tasks", "tasks?view=all&layout=board", "tasks/TASK-1", "tasks/recurring"]) {
      await page.goto(`/s/${system}/${place}`);
      await expect(page.getByText(link).first()).toBeVisible();
      if (!place.includes("/")) {
        await page.getByRole("button", { name: "Saved filters" }).click();
        await expect(page.getByRole("link", { name: link }).first()).toBeVisible();
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over, `${place} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
    }
  }
  await screenshots(page, "recurring-long");
});

test("a checklist is filled, ticked, moved by keyboard and cut", async ({ page, installation }) => {
  const system = await installation.system("Ticked enclave");
  await tasks(installation, system, [{ title: "Prepare the interview", checklist: ["Invite", "Room"], estimate_hours: 3 }]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks/TASK-1`);
  const card = page.locator("section.card", { has: page.getByRole("heading", { name: "Checklist" }) });
  await expect(card).toContainText("0 of 2 done");
  await expect(page.locator("dl.facts")).toContainText("3 hours");
  await card.getByRole("textbox", { name: "New item" }).fill("Questions");
  await page.keyboard.press("Enter");
  await expect(card.getByRole("listitem")).toHaveCount(3);
  await expect(card.getByRole("textbox", { name: "New item" }), "the next can be typed at once").toBeFocused();
  // What can't be saved stays where it was typed.
  await page.route("**/checklist", (route) => route.abort());
  await card.getByRole("textbox", { name: "New item" }).fill("Lost on the way");
  await page.keyboard.press("Enter");
  await expect(page.locator(".toast.bad")).toBeVisible();
  await expect(card.getByRole("textbox", { name: "New item" })).toHaveValue("Lost on the way");
  await page.unroute("**/checklist");
  await card.getByRole("textbox", { name: "New item" }).fill("");
  await card.getByRole("button", { name: "Move Questions up" }).focus();
  await page.keyboard.press("Enter");
  await expect(card.getByRole("listitem").nth(1)).toContainText("Questions");
  await expect(card.getByRole("status")).toHaveText("Questions is number 2 now.");
  await card.getByRole("checkbox", { name: "Invite" }).check();
  await expect(card).toContainText("1 of 3 done");
  await card.getByRole("button", { name: "Remove Room" }).click();
  await expect(card).toContainText("1 of 2 done");
  await page.reload();
  await expect(card.getByRole("checkbox", { name: "Invite" })).toBeChecked();
  await expectNoAxeViolations(page);
});

test("a comment mentions a member by name, in Markdown that can do no harm", async ({ page, installation, browser }) => {
  const system = await installation.system("Talking enclave");
  const { person: noor } = await installation.member(system, "Noor Haddad", "contributor");
  await tasks(installation, system, [{ title: "Talk about it", assignee: installation.administrator.id }]);
  await signIn(page, installation.administrator);
  // Who types before the members are there is offered them when they are.
  let known = () => {};
  const wait = new Promise<void>((resolve) => { known = resolve; });
  await page.route(`**/api/v1/systems/${system}/members*`, async (route) => { await wait; await route.continue(); });
  await page.goto(`/s/${system}/tasks/TASK-1`);
  const field = page.getByRole("textbox", { name: "Comment" });
  await field.pressSequentially("**Please** look, @noo");
  await expect(page.getByRole("listbox", { name: "Members" }).getByRole("option")).toHaveCount(0);
  known();
  await expect(page.getByRole("listbox", { name: "Members" }).getByRole("option", { name: "Noor Haddad" })).toHaveAttribute("aria-selected", "true");
  await expectNoAxeViolations(page);
  await page.keyboard.press("Enter");
  await expect(field).toHaveValue("**Please** look, @Noor Haddad ");
  await field.pressSequentially("<img src=x onerror=alert(1)> [x](javascript:alert(2))");
  let alerted = false;
  page.on("dialog", () => { alerted = true; });
  await page.keyboard.press("Control+Enter");
  const said = page.locator(".history .markdown");
  await expect(said.locator("strong")).toHaveText("Please");
  await expect(said.locator(".mention")).toHaveText("@Noor Haddad");
  await expect(said, "HTML stays text").toContainText("<img src=x onerror=alert(1)>");
  await expect(said.locator("a, img")).toHaveCount(0);
  expect(alerted).toBe(false);
  await expectNoAxeViolations(page);
  await screenshots(page, "task-comments");

  const context = await browser.newContext({ baseURL: installation.server.url });
  const hers = await context.newPage();
  await signIn(hers, noor);
  await hers.goto(`/s/${system}/tasks/TASK-1`);
  await expect(hers.locator(".mention")).toHaveText("@Noor Haddad");
  await hers.getByRole("button", { name: "Watch", exact: true }).click();
  await expect(hers.getByRole("button", { name: "Watching", exact: true })).toBeVisible();
  await expect(hers.locator("section.card", { has: hers.getByRole("heading", { name: "Watchers" }) }).getByRole("listitem")).toHaveText(["NHNoor Haddad"]);
  await context.close();
});

test("a task is linked to further controls, and evidence comes with a comment", async ({ page, installation }) => {
  const system = await installation.system("Linked tasks");
  await tasks(installation, system, [{ title: "About several", control: "AC.L2-3.1.1" }]);
  await installation.admin.call("POST", `/systems/${system}/evidence/reference`, {
    reference: { name: "Rules.txt", uri: "https://files.example/rules.txt", sha256: "a".repeat(64), custodian: "IT" },
    metadata: { title: "Firewall rules", links: [{ task: "TASK-1" }] },
  });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/tasks/TASK-1`);
  await page.getByRole("button", { name: "Link a further control" }).click();
  const dialog = page.getByRole("dialog", { name: "Link a further control" });
  await dialog.getByRole("textbox", { name: "Control or objective" }).fill("AC.L2-3.1.2[z]");
  await dialog.getByRole("button", { name: "Link", exact: true }).click();
  await expect(dialog.getByText("no such objective", { exact: false }).first()).toBeVisible();
  await dialog.getByRole("textbox", { name: "Control or objective" }).fill("AC.L2-3.1.2[b]");
  await dialog.getByRole("button", { name: "Link", exact: true }).click();
  await expect(page.getByRole("link", { name: "AC.L2-3.1.2[b]", exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Attach evidence" }).click();
  await page.getByRole("checkbox", { name: "Firewall rules", exact: false }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Comment" }).fill("These are the rules.");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.getByRole("list", { name: "Attached evidence" }).getByRole("link")).toContainText("Firewall rules");
  await page.goto(`/s/${system}/tasks?view=all&control=AC.L2-3.1.2`);
  await expect(page.locator("tbody tr")).toHaveCount(1);
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
