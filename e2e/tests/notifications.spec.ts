// What a person is told: live in the product, in the centre, by e-mail, and as the person chose.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Caller, Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

/** The first sign-in of this browser is told as one from a new device: waits for that, and reads it. */
async function readSoFar(caller: Caller): Promise<void> {
  await expect(async () => {
    const { unread } = await caller.call<{ unread: number }>("GET", "/notifications/unread");
    expect(unread).toBe(1);
  }).toPass();
  await caller.call("POST", "/notifications/read-all", {});
}

test("what comes is shown at once, opened by one click, and read everywhere", async ({ page, context, installation }) => {
  const system = await installation.system("Live enclave");
  const { person, caller } = await installation.member(system, "Lena Live", "contributor");
  await signIn(page, person);
  await readSoFar(caller);
  await page.goto(`/s/${system}/tasks`);
  const bell = page.getByRole("button", { name: /^Notifications/ });
  await expect(bell).toHaveAccessibleName("Notifications");
  await expect(page.getByText("Rotate the service keys")).toHaveCount(0);

  const task = { title: "Rotate the service keys", assignee: person.id };
  await installation.admin.call("POST", `/systems/${system}/tasks`, task);
  await expect(bell).toHaveAccessibleName("Notifications, 1 unread", { timeout: 15_000 });
  await expect(page.getByRole("status").filter({ hasText: "New notification, 1 unread" })).toHaveCount(1);
  // The page that was open shows it too.
  await expect(page.getByRole("row", { name: /Rotate the service keys/ })).toBeVisible();

  const other = await context.newPage();
  await other.goto("/notifications");
  await expect(other.getByRole("row", { name: /Rotate the service keys/ })).toContainText("Unread");
  await page.bringToFront();
  await bell.click();
  await page.getByRole("link", { name: /TASK-1 was assigned to you: Rotate the service keys/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rotate the service keys" })).toBeVisible();
  await expect(bell).toHaveAccessibleName("Notifications");
  await expect(other.getByRole("row", { name: /Rotate the service keys/ }).getByText("Read", { exact: true })).toBeVisible();
});

test("who has a part in a task sees who changed it, what, and that it is gone", async ({ page, installation }) => {
  const system = await installation.system("Edited enclave");
  const { person } = await installation.member(system, "Edda Edited", "contributor");
  const tasks = `/systems/${system}/tasks`;
  const task = await installation.admin.call<{ version: number }>("POST", tasks, { title: "Rotate the signing keys", due: "2026-12-09", assignee: person.id });
  await signIn(page, person);
  await page.goto("/notifications");
  await expect(page.getByRole("row", { name: /was assigned to you: Rotate the signing keys/ })).toContainText("By Dana Whitfield", { timeout: 15_000 });
  const moved = await installation.admin.call<{ version: number }>("PATCH", `${tasks}/TASK-1`, { due: "2026-12-16" }, { "if-match": `"${task.version}"` });
  const row = page.getByRole("row", { name: /was changed: Rotate the signing keys \(due date moved to 16 Dec 2026\)/ });
  await expect(row).toContainText("By Dana Whitfield", { timeout: 15_000 });
  await screenshots(page, "notifications-by");
  await installation.admin.call("DELETE", `${tasks}/TASK-1`, undefined, { "if-match": `"${moved.version}"` });
  await page.getByRole("link", { name: "TASK-1 was deleted: Rotate the signing keys" }).click({ timeout: 15_000 });
  await expect(page.getByRole("heading", { level: 1, name: "Tasks" })).toBeVisible();
});

test("the centre is filtered, and marked one by one or all", async ({ page, installation }) => {
  test.slow();
  const [one, two] = [await installation.system("North plant"), await installation.system("South plant")];
  const { person } = await installation.member(one, "Carl Centre", "contributor");
  await installation.admin.call("POST", `/systems/${two}/members`, { email: person.email, role: "contributor" });
  await signIn(page, person);
  await page.goto("/notifications");
  await expect(page.getByRole("heading", { level: 1, name: "Notifications" })).toBeVisible();
  for (const [system, title] of [[one, "Review access"], [one, "Patch the gateway"], [two, "Log review"]] as const) {
    await installation.admin.call("POST", `/systems/${system}/tasks`, { title, assignee: person.id });
  }
  const table = page.getByRole("table", { name: "Notifications" });
  await expect(table.getByRole("row", { name: /Log review/ })).toBeVisible({ timeout: 15_000 });
  await expect(table.getByRole("row", { name: /assigned to you/ })).toHaveCount(3);

  await table.getByRole("button", { name: /Mark as read: TASK-1 was assigned to you: Review access/ }).click();
  await expect(table.getByRole("row", { name: /Review access/ }).getByText("Read", { exact: true })).toBeVisible();
  await screenshots(page, "notifications");
  await page.getByRole("button", { name: "Unread", exact: true }).click();
  await expect(table.getByRole("row", { name: /Review access/ })).toHaveCount(0);
  await expect(page).toHaveURL(/unread=true/);
  await page.getByRole("button", { name: "Filter by System" }).click();
  await page.getByRole("radio", { name: "South plant" }).check();
  await expect(table.getByRole("row", { name: /assigned to you/ })).toHaveCount(1);
  await expect(table.getByRole("row", { name: /Log review/ })).toContainText("South plant");
  // The view can be sent to a colleague: a reload keeps it.
  await page.reload();
  await expect(table.getByRole("row", { name: /assigned to you/ })).toHaveCount(1);
  await page.goto("/notifications");
  await page.getByRole("button", { name: "Mark all read" }).first().click();
  await expect(table.getByText("Unread", { exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Unread", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
});

test("marking all as read reaches what the filters name, on every page of it and nothing beside it", async ({ page, installation }) => {
  test.slow();
  const [one, two] = [await installation.system("East plant"), await installation.system("West plant")];
  const { person, caller } = await installation.member(one, "Mara Markall", "contributor");
  await installation.admin.call("POST", `/systems/${two}/members`, { email: person.email, role: "contributor" });
  await signIn(page, person);
  await readSoFar(caller);
  const unread = async (query = "") => (await caller.call<{ unread: number }>("GET", `/notifications/unread${query}`)).unread;
  for (let number = 0; number < 56; number += 1) {
    await installation.admin.call("POST", `/systems/${number < 3 ? two : one}/tasks`, { title: `Check lock ${number}`, assignee: person.id });
  }
  await expect.poll(() => unread(), { timeout: 30_000 }).toBe(56);

  await page.goto(`/notifications?system=${two}`);
  const table = page.getByRole("table", { name: "Notifications" });
  await expect(table.getByText("Unread", { exact: true })).toHaveCount(3);
  await page.getByRole("main").getByRole("button", { name: "Mark these read" }).click();
  await expect(table.getByText("Unread", { exact: true })).toHaveCount(0);
  await expect(page.getByRole("main").getByRole("button", { name: "Mark these read" })).toHaveCount(0);
  expect(await unread(), "those of the other system").toBe(53);

  // The bell says how many, and its ways on are in sight however many it lists.
  const bell = page.getByRole("button", { name: "Notifications, 53 unread" });
  await expect(bell).toHaveText("9+");
  await bell.click();
  await expect(page.getByRole("link", { name: "All notifications" })).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("banner").getByRole("link", { name: "What you are told" })).toBeInViewport({ ratio: 1 });
  await screenshots(page, "notifications-bell");
  await page.keyboard.press("Escape");

  // All of the first page is read, and what is on the second is not.
  const { items } = await caller.call<{ items: { id: string; read_at: string | null }[] }>("GET", "/notifications");
  expect(items).toHaveLength(50);
  for (const { id } of items) await caller.call("POST", `/notifications/${id}/read`, {});
  await page.goto("/notifications");
  await expect(table.getByText("Read", { exact: true })).toHaveCount(50);
  await page.getByRole("main").getByRole("button", { name: "Mark all read" }).click();
  await expect(page.getByText("All are marked as read.")).toBeVisible();
  await expect.poll(() => unread()).toBe(0);
  await expect(page.getByRole("main").getByRole("button", { name: "Mark all read" })).toHaveCount(0);

  // A moment breaks between how long ago and when, and nowhere else.
  for (const width of [1440, 1024]) {
    await page.setViewportSize({ width, height: 900 });
    const lines = await table.locator("tbody tr:first-child time span").evaluateAll((spans) => spans.map((span) => new Set([...span.getClientRects()].map(({ top }) => Math.round(top))).size));
    expect(lines, `at ${width}`).toEqual([1, 1]);
  }
});

test("an address with a filter that there is not says so, and leads on", async ({ page, installation }) => {
  const system = await installation.system("Mistyped");
  await signIn(page, installation.administrator);
  for (const [path, words] of [
    ["/notifications?kind=nope&unread=true", 'Kind: there is no value "nope".'],
    [`/s/${system}/calendar?kinds=bogus`, "Kinds: one of review, task, evidence."],
  ] as const) {
    await page.goto(path);
    const alert = page.getByRole("alert").filter({ hasText: "There is no such filter" });
    await expect(alert).toContainText(words);
    await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
    await expectNoAxeViolations(page);
    await alert.getByRole("link", { name: "Take the filters away" }).click();
    await expect(page).toHaveURL(new RegExp(`${path.split("?")[0]}$`));
    await expect(alert).toHaveCount(0);
  }
});

test("a person chooses what to be told, and what concerns the account stays", async ({ page, installation }) => {
  test.slow();
  const system = await installation.system("Choosing enclave");
  const { person, caller } = await installation.member(system, "Petra Preference", "contributor");
  await signIn(page, person);
  await readSoFar(caller);
  await page.goto("/notifications");
  await page.getByRole("main").getByRole("link", { name: "What you are told" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "What you are told" })).toBeVisible();
  await expect(page.getByText(/Saving gives it that of this browser/)).toBeVisible();
  await expect(page.getByRole("row", { name: /Your password was changed/ })).toContainText("Always");
  const assigned = page.getByRole("row", { name: /A task is assigned to you/ });
  await assigned.getByRole("checkbox").uncheck();
  await assigned.getByRole("combobox").selectOption({ label: "Never" });
  await page.getByLabel("Hour").selectOption({ label: "17:00" });
  await screenshots(page, "notification-preferences");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(assigned.getByRole("checkbox")).not.toBeChecked();
  await expect(assigned.getByRole("combobox")).toHaveValue("off");
  await expect(page.getByLabel("Hour")).toHaveValue("17");
  await expect(page.getByText(/In the time zone of your profile/)).toBeVisible();

  await installation.admin.call("POST", `/systems/${system}/tasks`, { title: "Silent work", assignee: person.id });
  await installation.admin.call("POST", `/systems/${system}/tasks`, { title: "Work to confirm", assignee: installation.administrator.id, reviewer: person.id });
  await page.goto(`/s/${system}/tasks`);
  await expect(page.getByRole("row", { name: /Silent work/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Notifications/ })).toHaveAccessibleName("Notifications");
});

test("the link at the end of an e-mail stops e-mails like it", async ({ page, ownServer }) => {
  test.setTimeout(150_000);
  const installation = await Installation.setUp(ownServer);
  const system = await installation.system("Mailing enclave");
  const { person, caller } = await installation.member(system, "Uma Unsubscribe", "contributor");
  await installation.admin.call("POST", `/systems/${system}/tasks`, { title: "Read the policy", assignee: person.id });
  await expect(async () => {
    const { unread } = await caller.call<{ unread: number }>("GET", "/notifications/unread");
    expect(unread).toBeGreaterThan(0);
  }).toPass();
  // What comes within some seconds is one mail; at a start what is due goes at once.
  await delay(21_000);
  await ownServer.restart();
  const folder = join(ownServer.dataDir, "data", "mail");
  let link = "";
  await expect(async () => {
    const files = await readdir(folder);
    const mails = await Promise.all(files.filter((name) => name.endsWith(".eml")).map((name) => readFile(join(folder, name), "utf8")));
    const mail = mails.map((text) => text.replace(/=\r?\n/g, "")).find((text) => text.includes("Read the policy"));
    link = mail?.match(/http:\/\/\S+\/unsubscribe#token=3D[\w-]+|http:\/\/\S+\/unsubscribe#token=[\w-]+/)?.[0].replace("=3D", "=") ?? "";
    expect(link).not.toBe("");
  }).toPass({ timeout: 30_000 });

  // A link that was cut, or changed on its way.
  for (const broken of [link.split("#")[0] ?? "", `${link}x`]) {
    await page.goto("about:blank");
    await page.goto(broken);
    await expect(page.getByRole("alert")).toContainText("This link is not whole");
    await expect(page.getByRole("button", { name: "Stop these e-mails" })).toHaveCount(0);
    await expectNoAxeViolations(page);
  }
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Stop e-mails like this" })).toBeVisible();
  // What would end is named before it does.
  await expect(page.getByRole("listitem").filter({ hasText: "A task is assigned to you" })).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "unsubscribe");
  await page.getByRole("button", { name: "Stop these e-mails" }).click();
  await expect(page.getByRole("status").filter({ hasText: "A task is assigned to you" })).toBeVisible();
  const { kinds } = await caller.call<{ kinds: { kind: string; email: string }[] }>("GET", "/me/notification-preferences");
  expect(kinds.find(({ kind }) => kind === "task.assigned")?.email).toBe("off");
});
