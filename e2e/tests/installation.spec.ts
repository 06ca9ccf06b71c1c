// What administrators see and turn on the page of the installation.
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { PASSWORD } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("an administrator turns features off and on, and what is off is not offered", async ({ page, browser, ownServer }) => {
  test.slow();
  await page.goto(await ownServer.setupLink());
  await page.getByLabel("Your name").fill("Dana Whitfield");
  await page.getByLabel("E-mail").fill("dana@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("heading", { name: "New system" })).toBeVisible();
  await page.goto(`${ownServer.url}/systems`);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Installation", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Installation" })).toBeVisible();

  const features = page.getByRole("table", { name: "Features" });
  await expect(features.getByRole("row"), "the head and each feature").toHaveCount(6);
  await expect(features.getByRole("row", { name: /^Calendar feeds/ })).toContainText("On");
  const settings = page.getByRole("table", { name: "Settings in effect" });
  await expect(settings.getByRole("row", { name: /lockout\.failures/ })).toContainText("Default");
  await expect(settings.getByRole("row", { name: /^listen/ })).toContainText("Environment");
  await expect(settings.getByRole("row", { name: /session\.key/ })).toContainText("not set");
  const database = page.getByRole("table", { name: "Database" });
  await expect(database.getByRole("row", { name: /^session/ })).toContainText("ms");
  await screenshots(page, "installation");
  await expectNoAxeViolations(page);

  const turn = async (name: string, verb: "Turn off" | "Turn on", state: string) => {
    await features.getByRole("button", { name: `${verb}: ${name}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
    await expect(features.getByRole("row", { name: new RegExp(name) })).toContainText(state);
  };
  await turn("New passwords by mail", "Turn off", "Off");
  await turn("API tokens", "Turn off", "Off");
  await expect(features.getByRole("row", { name: /API tokens/ })).toContainText("Dana Whitfield");

  const outside = await (await browser.newContext()).newPage();
  await outside.goto(`${ownServer.url}/sign-in`);
  await expect(outside.getByLabel("E-mail")).toBeVisible();
  await expect(outside.getByText(/A manager of your system/)).toBeVisible();
  await expect(outside.getByRole("link", { name: "Forgot your password?" })).toHaveCount(0);
  await outside.goto(`${ownServer.url}/forgot-password`);
  await outside.getByLabel("E-mail").fill("dana@example.com");
  await outside.getByRole("button", { name: /link/i }).click();
  await expect(outside.getByText(/turned off in this installation/).first()).toBeVisible();

  await page.goto(`${ownServer.url}/account`);
  const tokens = page.locator("section.card").filter({ has: page.getByRole("heading", { name: "API tokens" }) });
  await expect(tokens.getByText("Turned off")).toBeVisible();
  await expect(tokens.getByRole("button", { name: "Create token" })).toHaveCount(0);
  await page.goto(`${ownServer.url}/installation`);
  await turn("API tokens", "Turn on", "On");
  await turn("New passwords by mail", "Turn on", "On");
  await page.goto(`${ownServer.url}/account`);
  await expect(tokens.getByRole("button", { name: "Create token" })).toBeVisible();
  await outside.goto(`${ownServer.url}/sign-in`);
  await expect(outside.getByRole("link", { name: "Forgot your password?" })).toBeVisible();
});
