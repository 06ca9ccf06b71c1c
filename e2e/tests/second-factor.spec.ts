// Second factor, locked accounts, and the proof before a dangerous act: what people do about them.
import type { Page } from "@playwright/test";
import { Authenticator } from "../fixtures/authenticator.ts";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Installation, PASSWORD, type Person, signIn, signOut } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

/** Somebody with an account and a system to see. */
async function someone(installation: Installation, name: string): Promise<Person> {
  const system = await installation.system(`Enclave of ${name}`);
  return (await installation.member(system, name, "contributor")).person;
}

async function typeSignIn(page: Page, person: Person, password = PASSWORD): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Goes through the steps of the dialog or page that sets an app up; the app and the backup codes. */
async function enrol(page: Page): Promise<{ app: Authenticator; codes: string[] }> {
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  const app = new Authenticator((await page.locator(".enrol code").textContent()) ?? "");
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText(/wrong or was used already/i).first()).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill(app.code());
  await page.getByRole("button", { name: "Confirm" }).click();
  const codes = page.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  return { app, codes: await codes.allTextContents() };
}

test("an authenticator app is set up, asked for at sign-in, replaced by a backup code and turned off", async ({ page, installation }) => {
  test.slow();
  const ana = await someone(installation, "Ana Second");
  await signIn(page, ana);
  await page.goto("/account");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await expect(page.getByRole("dialog").getByRole("img", { name: /QR code/ })).toBeVisible();
  await screenshots(page, "second-factor-enrol");
  const { app, codes } = await enrol(page);
  await expectNoAxeViolations(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("cmmc-tracker-backup-codes.txt");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 backup codes left")).toBeVisible();
  await screenshots(page, "second-factor-on");

  await signOut(page, ana.name);
  await typeSignIn(page, ana);
  await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
  await screenshots(page, "second-step");
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText(/wrong or was used already/i).first()).toBeVisible();
  // The code of now was used up when the app was confirmed; the next one counts already.
  await page.getByLabel("Code", { exact: true }).fill(app.code(1));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Account of Ana Second" })).toBeVisible();

  await signOut(page, ana.name);
  await typeSignIn(page, ana);
  await page.getByRole("button", { name: "Back to the password" }).click();
  await expect(page.getByLabel("E-mail")).toHaveValue(ana.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Code", { exact: true }).fill((codes[0] ?? "").toUpperCase());
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Account of Ana Second" })).toBeVisible();

  await page.goto("/account");
  await expect(page.getByText("9 backup codes left")).toBeVisible();
  await page.getByRole("button", { name: "New backup codes" }).click();
  await expect(page.getByRole("list", { name: "Backup codes" }).getByRole("listitem")).toHaveCount(10);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 backup codes left")).toBeVisible();
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("button", { name: "Set up authenticator app" })).toBeVisible();
});

test("a locked account is seen among the people and unlocked, after a fresh proof", async ({ page, browser, installation }) => {
  const ben = await someone(installation, "Ben Locked");
  const other = await browser.newContext();
  const theirs = await other.newPage();
  for (let n = 0; n < 5; n++) {
    await typeSignIn(theirs, ben, "wrong");
    await expect(theirs.getByRole("alert").filter({ hasText: /wrong/i }).first()).toBeVisible();
  }
  // The right password is told the same.
  await typeSignIn(theirs, ben);
  await expect(theirs.getByRole("alert").filter({ hasText: /wrong/i }).first()).toBeVisible();

  await signIn(page, installation.administrator);
  await page.goto("/people?locked=true");
  const row = page.getByRole("row", { name: /Ben Locked/ });
  await expect(row).toContainText(/6 failures, locked after a wrong password/);
  await screenshots(page, "people-locked");
  // As if the sign-in were long ago: the server would ask for a proof, and here it does so once.
  let asked = 0;
  await page.route("**/unlock", async (route) => {
    if (asked++ > 0) return route.continue();
    const problem = { type: "urn:cmmc-tracker:problem:step_up_required", title: "Prove that it is you", status: 403, code: "step_up_required" };
    return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await row.getByRole("button", { name: "Unlock" }).click();
  const dialog = page.getByRole("dialog", { name: "Is it you?" });
  await expectNoAxeViolations(page);
  await dialog.getByLabel("Password", { exact: true }).fill("wrong");
  await dialog.getByRole("button", { name: "Go on" }).click();
  await expect(dialog.getByText(/not your password/i).first()).toBeVisible();
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("Ben Locked can sign in again.")).toBeVisible();
  expect(asked).toBe(2);
  await expect(page.getByText("Nobody matches")).toBeVisible();

  await typeSignIn(theirs, ben);
  await expect(theirs.getByRole("button", { name: "Account of Ben Locked" })).toBeVisible();
  await other.close();
  await page.goto("/audit?action=user.lock");
  await expect(page.getByRole("row", { name: /locked Ben Locked/ })).toBeVisible();
});

test("a dangerous act that is not proved does not happen", async ({ page, installation }) => {
  await signIn(page, installation.administrator);
  await page.route("**/second-factor-policy", (route) =>
    route.request().method() === "GET" ? route.continue() : route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ type: "x", title: "x", status: 403, code: "step_up_required" }) }),
  );
  await page.goto("/people");
  await page.getByLabel("Days to set one up").fill("21");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog", { name: "Is it you?" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText(/needs a fresh proof/).first()).toBeVisible();
  await expect(page.getByLabel("Days to set one up"), "nothing typed is lost").toHaveValue("21");
});

test("a second factor is required of everybody, set up by who has none, and reset for who has lost it", async ({ page, browser, ownServer }) => {
  test.slow();
  await page.goto(await ownServer.setupLink());
  await page.getByLabel("Your name").fill("Dana Whitfield");
  await page.getByLabel("E-mail").fill("dana@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("heading", { name: "New system" })).toBeVisible();

  await page.goto(`${ownServer.url}/people`);
  await page.getByLabel("Second factor", { exact: true }).selectOption("required");
  await page.getByLabel("Days to set one up").fill("14");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("A second factor is required of everybody.")).toBeVisible();
  await expect(page.getByText(/This installation demands a second factor/)).toBeVisible();
  await screenshots(page, "people-policy");

  // Somebody new, and no days of grace left: only setting one up is open.
  await page.getByRole("button", { name: "Invite person" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Cleo New");
  await page.getByRole("dialog").getByLabel("E-mail").fill("cleo@example.com");
  await page.getByRole("dialog").getByRole("button", { name: "Create link" }).click();
  const link = (await page.getByText(/\/join#token=/).textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  const theirs = await (await browser.newContext()).newPage();
  await theirs.goto(link);
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await theirs.getByRole("button", { name: "Join" }).click();
  await expect(theirs.getByRole("button", { name: "Account of Cleo New" })).toBeVisible();
  await page.getByLabel("Days to set one up").fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Set up a second factor" })).toBeVisible();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  await screenshots(page, "second-factor-required");
  const mine = await enrol(page);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
  expect(mine.codes).toHaveLength(10);

  await theirs.goto(`${ownServer.url}/systems`);
  await enrol(theirs);
  await theirs.getByRole("button", { name: "I have kept them" }).click();
  await expect(theirs.getByRole("heading", { level: 1, name: "Systems" })).toBeVisible();
  await theirs.goto(`${ownServer.url}/account`);
  await expect(theirs.getByText(/you can replace the app, not turn it off/)).toBeVisible();
  await expect(theirs.getByRole("button", { name: "Turn off" })).toHaveCount(0);

  // The phone is lost, the codes too.
  await page.reload();
  const row = page.getByRole("row", { name: /Cleo New/ });
  await expect(row).toContainText("On");
  await row.getByRole("button", { name: "Reset second factor" }).click();
  await expectNoAxeViolations(page);
  await page.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
  await expect(row).toContainText("None");
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
