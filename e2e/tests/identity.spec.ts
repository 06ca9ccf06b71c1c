import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { PASSWORD, signIn, signOut } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("the set-up link makes the first administrator, who signs out and in again", async ({ page, ownServer }) => {
  await page.goto(await ownServer.setupLink());
  await page.getByLabel("Your name").fill("Dana Whitfield");
  await page.getByLabel("E-mail").fill("dana@example.com");
  await page.getByLabel("Password", { exact: true }).fill("too short");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByText(/at least 15 characters/i).first()).toBeVisible();
  await expect(page.getByLabel("Your name"), "nothing typed is lost").toHaveValue("Dana Whitfield");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("heading", { name: "New system" })).toBeVisible();

  await signOut(page, "Dana Whitfield");
  await screenshots(page, "sign-in");
  await page.getByLabel("E-mail").fill("dana@example.com");
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /wrong/i }).first()).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Account of Dana Whitfield" })).toBeVisible();
});

test("an invited person joins by the link that is shown once", async ({ page, browser, installation }) => {
  await signIn(page, installation.administrator);
  await page.goto("/people");
  await page.getByRole("button", { name: "Invite person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Luis Ortega");
  await dialog.getByLabel("E-mail").fill("luis.joins@example.com");
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = dialog.getByText(/\/join#token=/);
  await expect(link).toBeVisible();
  await expectNoAxeViolations(page);
  const address = (await link.textContent()) ?? "";
  const other = await browser.newContext();
  const theirs = await other.newPage();
  await theirs.goto(address);
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await expectNoAxeViolations(theirs);
  await theirs.getByRole("button", { name: "Join" }).click();
  await expect(theirs.getByRole("button", { name: "Account of Luis Ortega" })).toBeVisible();
  await other.close();
  await page.goto("/people");
  await expect(page.getByText("Luis Ortega")).toBeVisible();
  await screenshots(page, "people");
});

test("a page asks for sign-in and comes back to itself", async ({ page, installation }) => {
  const system = await installation.system("Return enclave");
  await page.goto(`/s/${system}/members`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("E-mail").fill(installation.administrator.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${system}/members`));
});
