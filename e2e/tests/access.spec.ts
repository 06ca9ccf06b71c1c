// API tokens, sessions, and what administrators do to accounts.
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { Caller, PASSWORD, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("a token is created, copied, used by a program and revoked", async ({ page, installation }) => {
  const system = await installation.system("Token enclave");
  const { person } = await installation.member(system, "Tove Lind", "contributor");
  await signIn(page, person);
  await page.goto("/account");
  const card = page.locator("section.card").filter({ has: page.getByRole("heading", { name: "API tokens" }) });
  await expect(card.getByRole("heading", { name: "No tokens" })).toBeVisible();
  await card.getByRole("button", { name: "Create token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: /Read systems/ }).uncheck();
  await dialog.getByRole("button", { name: "Create token" }).click();
  await expect(dialog.getByText("Choose at least one.").first()).toBeVisible();
  await dialog.getByLabel("Name").fill("Nightly export");
  await dialog.getByRole("checkbox", { name: /Read systems/ }).check();
  await dialog.getByLabel("Reaches").selectOption({ label: "Token enclave" });
  await dialog.getByLabel("Ends after").selectOption({ label: "30 days" });
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Create token" }).click();
  const token = (await dialog.getByText(/^cmmc_/).textContent()) ?? "";
  expect(token).toMatch(/^cmmc_[0-9a-f]{12}_[\w-]{43}$/);
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(token)).toHaveCount(0);

  const call = (path: string, method = "GET") =>
    fetch(`${installation.server.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: method === "GET" ? undefined : "{}" });
  expect((await call(`/systems/${system}`)).status).toBe(200);
  expect((await call("/me")).status).toBe(404);
  expect((await call(`/systems/${system}/tasks`, "POST")).status).toBe(403);
  await page.reload();
  const row = card.getByRole("row").filter({ hasText: "Nightly export" });
  await expect(row).toContainText("Only Token enclave");
  await expect(row).not.toContainText("never");
  await screenshots(page, "account");
  await row.getByRole("button", { name: "Revoke Nightly export" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(card.getByRole("heading", { name: "No tokens" })).toBeVisible();
  expect((await call(`/systems/${system}`)).status).toBe(401);
});

test("one sees where one is signed in, and ends a session elsewhere", async ({ page, browser, installation }) => {
  const system = await installation.system("Session enclave");
  const { person } = await installation.member(system, "Sami Berg", "viewer");
  await signIn(page, person);
  const other = await browser.newContext();
  const theirs = await other.newPage();
  await theirs.goto(`${installation.server.url}/sign-in`);
  await theirs.getByLabel("E-mail").fill(person.email);
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("button", { name: "Account of Sami Berg" })).toBeVisible();
  await page.goto("/account");
  const sessions = page.getByRole("table", { name: "Sessions" });
  await expect(sessions.getByRole("row").filter({ hasText: "This one" })).toContainText("Chrome on Linux");
  await page.getByRole("button", { name: "End all others" }).click();
  await expect(page.getByText("The sessions are ended.")).toBeVisible();
  await expect(sessions.getByRole("button", { name: /^End the session/ })).toHaveCount(0);
  await theirs.goto(`${installation.server.url}/s/${system}/members`);
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await other.close();
});

test("a session that ends under a form asks to sign in, and what was typed is saved", async ({ page, installation }) => {
  const system = await installation.system("Form enclave");
  const { person } = await installation.member(system, "Fia Norberg", "contributor");
  await signIn(page, person);
  await page.goto(`/s/${system}/tasks`);
  await page.getByRole("button", { name: "New task" }).first().click();
  await page.getByRole("dialog").getByLabel("Title").fill("Typed before the end");
  await installation.admin.call("DELETE", `/users/${person.id}/sessions`);
  await page.getByRole("dialog").getByRole("button", { name: /Create/ }).click();
  const again = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(again).toBeVisible();
  await expectNoAxeViolations(page);
  await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again).toBeHidden();
  const titles = async () => {
    const { items } = await installation.admin.call<{ items: { title: string }[] }>("GET", `/systems/${system}/tasks`);
    return items.map(({ title }) => title);
  };
  await expect.poll(titles).toEqual(["Typed before the end"]);
  await expect(page).toHaveURL(new RegExp(`/s/${system}/tasks`));
});

test("the page warns before a session ends, and one stays", async ({ page, installation }) => {
  await page.clock.install();
  await signIn(page, installation.administrator);
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
  await page.clock.fastForward("11:56:30");
  const warning = page.getByRole("alert").filter({ hasText: /Your session ends in \d minutes/ });
  await expect(warning).toBeVisible();
  await expectNoAxeViolations(page);
  await page.clock.setSystemTime(new Date());
  await warning.getByRole("button", { name: "Stay signed in" }).click();
  await expect(warning).toBeHidden();
});

test("an administrator deactivates, reactivates and deletes an account", async ({ page, installation }) => {
  const system = await installation.system("People enclave");
  const { person, caller } = await installation.member(system, "Nils Ek", "contributor");
  await signIn(page, installation.administrator);
  await page.goto("/people?q=nils");
  const row = page.getByRole("row").filter({ hasText: "Nils Ek" });
  await expect(row).toContainText("Active");
  const act = async (name: string) => {
    await row.getByRole("button", { name: "Manage Nils Ek" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("button", { name: "Cancel" })).toBeVisible();
    await dialog.getByRole("button", { name, exact: true }).click();
    await expectNoAxeViolations(page);
    await dialog.getByRole("button", { name, exact: true }).click();
  };
  await row.getByRole("button", { name: /Sessions of Nils Ek/ }).click();
  await expect(page.getByRole("dialog").getByRole("table", { name: "Sessions" })).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await act("Deactivate");
  await expect(row).toContainText("Deactivated");
  await expect(caller.call("GET", "/me")).rejects.toThrow(/401/);
  await act("Reactivate");
  await expect(row).toContainText("Active");
  await new Caller(installation.server.url).call("POST", "/session", { email: person.email, password: PASSWORD });
  await act("Delete");
  await expect(page.getByText("Nils Ek is deleted.")).toBeVisible();
  await expect(row).toHaveCount(0);
});

test("who is deactivated is told apart among members, and is given no work", async ({ page, installation }) => {
  const system = await installation.system("Closed accounts enclave");
  const { person } = await installation.member(system, "Ivo Closed", "contributor");
  await installation.admin.call("POST", `/users/${person.id}/changes`, { action: "deactivate" });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/members`);
  const row = page.getByRole("row").filter({ hasText: "Ivo Closed" });
  await expect(row).toContainText("Deactivated");
  await screenshots(page, "members-deactivated");
  await page.goto(`/s/${system}/tasks`);
  await page.getByRole("button", { name: "New task" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Look at the badge reader");
  const assignee = dialog.getByRole("combobox", { name: "Who does it" });
  await assignee.selectOption({ label: "Ivo Closed (deactivated)" });
  await dialog.getByRole("button", { name: "Create task" }).click();
  await expect(dialog).toContainText("whose account is in use");
  await expectNoAxeViolations(page);
  await assignee.selectOption({ label: "Nobody yet" });
  await dialog.getByRole("button", { name: "Create task" }).click();
  await expect(dialog).toBeHidden();
});

test("against an administrator it takes two", async ({ page, browser, installation }) => {
  const system = await installation.system("Two admins enclave");
  const { person } = await installation.member(system, "Vera Holm", "viewer");
  await signIn(page, installation.administrator);
  await page.goto("/people?q=vera");
  const row = page.getByRole("row").filter({ hasText: "Vera Holm" });
  const act = async (name: string) => {
    await row.getByRole("button", { name: "Manage Vera Holm" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name, exact: true }).click();
    await dialog.getByRole("button", { name, exact: true }).click();
  };
  await act("Make administrator");
  await expect(row).toContainText("Administrator");
  await act("Withdraw administrator");
  const waiting = page.locator("section.card").filter({ has: page.getByRole("heading", { name: "Waiting for a second administrator" }) });
  await expect(waiting).toContainText("Withdraw administrator: Vera Holm");
  await expect(waiting.getByRole("button", { name: "Approve" }), "whoever asked can't approve").toHaveCount(0);
  await screenshots(page, "people-waiting");
  const other = await browser.newContext({ baseURL: installation.server.url });
  const theirs = await other.newPage();
  await signIn(theirs, person);
  await theirs.goto("/people");
  await theirs.getByRole("button", { name: "Approve" }).click();
  await expect(theirs.getByRole("heading", { name: "Sign in" }).or(theirs.getByRole("dialog", { name: "Your session has ended" }))).toBeVisible();
  await other.close();
  await page.reload();
  await expect(row).not.toContainText("Administrator");
});

test("an administrator sees and revokes somebody's API token", async ({ page, installation }) => {
  const system = await installation.system("Token enclave");
  const { caller } = await installation.member(system, "Tove Berg", "viewer");
  await caller.call("POST", "/me/tokens", { name: "Nightly export", scopes: ["read"], expires_in_days: 30 });
  await signIn(page, installation.administrator);
  await page.goto("/people?q=tove");
  await page.getByRole("button", { name: "Manage Tove Berg" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "API tokens" }).click();
  const dialog = page.getByRole("dialog", { name: "API tokens of Tove Berg" });
  await expect(dialog.getByRole("row", { name: /Nightly export/ })).toBeVisible();
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Revoke Nightly export" }).click();
  await page.getByRole("dialog", { name: "Revoke Nightly export?" }).getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("Nightly export is revoked.")).toBeVisible();
  await expect(dialog.getByText("No tokens.")).toBeVisible();
});
