import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("an administrator creates a system and lands where its 110 requirements are", async ({ page, installation }) => {
  await signIn(page, installation.administrator);
  await page.goto("/systems/new");
  await page.getByLabel("Name", { exact: true }).fill("Machine shop enclave");
  await page.getByLabel("Organization").fill("Harlan Precision LLC");
  await page.getByLabel(/CAGE codes/).fill("1AI2C");
  await page.getByRole("button", { name: "Create system" }).click();
  await expect(page.getByText(/without I and O/i).first()).toBeVisible();
  await page.getByLabel(/CAGE codes/).fill("1AB2C");
  await page.getByRole("button", { name: "Create system" }).click();
  await expect(page).toHaveURL(/\/s\/[0-9a-f-]{36}\//);
  await expect(page.getByRole("button", { name: /^System: Machine shop enclave/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: /^110 requirements/ })).toBeVisible();
});

test("a manager adds a member and changes a role; the last manager stays", async ({ page, installation }) => {
  const system = await installation.system("Members enclave");
  const other = await installation.system("Elsewhere");
  const { person } = await installation.member(other, "Priya Kaur", "viewer");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/members`);
  await page.getByRole("button", { name: "Add member" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a member" });
  await dialog.getByLabel("E-mail").fill("nobody@example.com");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByRole("alert").first(), "the refusal stands in the form").toBeVisible();
  await expectNoAxeViolations(page);
  await dialog.getByLabel("E-mail").fill(person.email);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status").getByText("Priya Kaur is contributor now.")).toBeVisible();
  const row = page.getByRole("row", { name: /Priya Kaur/ });
  const role = row.getByLabel("Role of Priya Kaur");
  await expect(role).toHaveValue("contributor");
  await role.selectOption("assessor");
  await expect(page.getByText("Priya Kaur is assessor now.")).toBeVisible();
  await page.reload();
  await expect(role, "the change is the server's").toHaveValue("assessor");
  await screenshots(page, "members");
});

test("the switcher leads from one system to another", async ({ page, installation }) => {
  const [first, second] = [await installation.system("First enclave"), await installation.system("Second enclave")];
  await signIn(page, installation.administrator);
  await page.goto(`/s/${first}/members`);
  await page.getByRole("button", { name: /First enclave/ }).click();
  await page.getByRole("link", { name: /Second enclave/ }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${second}/`));
});

test("settings that somebody else saved meanwhile are looked at and saved", async ({ page, installation }) => {
  const system = await installation.system("Shared settings");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/settings`);
  await page.getByRole("textbox", { name: "What it covers" }).fill("The shop floor");
  const { version } = await installation.admin.call<{ version: number }>("GET", `/systems/${system}`);
  const theirs = { description: "The offices", ssp_version: "2.1" };
  await installation.admin.call("PATCH", `/systems/${system}`, theirs, { "if-match": `"${version}"` });
  await page.getByRole("button", { name: "Save" }).click();
  const told = page.locator(".meanwhile");
  await expect(told).toContainText("The offices");
  await expect(told).toContainText("Changed by you, too");
  await expect(page.getByRole("textbox", { name: "What it covers" })).toHaveValue("The shop floor");
  await expect(page.getByRole("textbox", { name: "SSP version" }), "theirs is taken over").toHaveValue("2.1");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.").first()).toBeVisible();
  const saved = await installation.admin.call<Record<string, unknown>>("GET", `/systems/${system}`);
  expect([saved["description"], saved["ssp_version"]]).toEqual(["The shop floor", "2.1"]);
});
