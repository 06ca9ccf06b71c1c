import type { Page } from "@playwright/test";
import { Authenticator } from "../fixtures/authenticator.ts";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { Installation, PASSWORD } from "../fixtures/installation.ts";
import { type OpenIdProvider, startProvider } from "../fixtures/openid-provider.ts";
import { screenshots } from "../fixtures/screens.ts";
import { type Server, startServer } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";

const BUTTON = "Sign in with Harlan";

/** The provider's own page. */
async function atProvider(page: Page, provider: OpenIdProvider, login: string): Promise<void> {
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Continue" }).click();
}

test.describe("single sign-on", () => {
  let provider: OpenIdProvider;
  let server: Server;
  let installation: Installation;

  test.beforeAll(async () => {
    provider = await startProvider();
    server = await startServer({ ...provider.env, CMMC_SINGLE_SIGN_ON__GROUP_ROLES: "team|Harlan enclave|contributor" });
    installation = await Installation.setUp(server);
  });
  test.afterAll(async () => {
    await server?.stop();
    await provider?.stop();
  });

  test("an invited person signs in at the provider, comes back to the page, and proves it there again", async ({ page, context }) => {
    const system = await installation.system("Harlan enclave");
    await installation.admin.call("POST", "/users", { email: "luis@example.com", name: "Luis Ortega" });
    await provider.knows("luis", { email: "luis@example.com", email_verified: true, name: "Luis", groups: ["team"] });

    const asked = `${server.url}/s/${system}/tasks?state=open`;
    await page.goto(asked);
    await expect(page.getByRole("button", { name: BUTTON })).toBeVisible();
    await expectNoAxeViolations(page);
    await screenshots(page, "sign-in-single-sign-on");
    await page.getByRole("button", { name: BUTTON }).click();
    await atProvider(page, provider, "luis");
    await expect(page).toHaveURL(asked);
    await expect(page.getByRole("button", { name: "Account of Luis Ortega" })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("button", { name: "Account of Luis Ortega" })).toBeVisible();

    await page.goto(`${server.url}/account`);
    const card = page.locator("section.card", { has: page.getByRole("heading", { name: "Single sign-on" }) });
    await expect(card.getByText("Connected")).toBeVisible();
    await expect(card.getByText("You have no password")).toBeVisible();
    await expect(page.getByRole("heading", { name: "Password", exact: true })).toHaveCount(0);
    await expectNoAxeViolations(page);
    await screenshots(page, "account-single-sign-on");

    // Without a password a dangerous act is proved at the provider, in a tab of its own.
    await page.route("**/api/v1/me/second-factor/enrolment", (route) => {
      const problem = { type: "urn:cmmc-tracker:problem:step_up_required", title: "Prove that it is you", status: 403, code: "step_up_required", errors: [] };
      return route.fulfill({ status: 403, contentType: "application/problem+json", json: problem });
    }, { times: 1 });
    await page.getByRole("button", { name: "Set up authenticator app" }).click();
    const dialog = page.getByRole("dialog").filter({ hasText: "Is it you?" });
    const opened = context.waitForEvent("page");
    await dialog.getByRole("link", { name: "open it in a new tab" }).click();
    const tab = await opened;
    await tab.getByRole("button", { name: BUTTON }).click();
    await atProvider(tab, provider, "luis");
    await expect(tab.getByRole("heading", { name: "It is you" })).toBeVisible();
    await expectNoAxeViolations(tab);
    await tab.close();
    await dialog.getByRole("button", { name: "Go on" }).click();
    await expect(page.getByText(/Scan/).first()).toBeVisible();
  });

  test("what goes wrong is said on the sign-in page, in our words", async ({ page }) => {
    await provider.knows("stranger", { email: "stranger@example.com", email_verified: true });
    await page.goto(`${server.url}/systems`);
    await page.getByRole("button", { name: BUTTON }).click();
    await atProvider(page, provider, "stranger");
    await expect(page.getByRole("alert").filter({ hasText: "You have no account here yet" })).toBeVisible();
    await expectNoAxeViolations(page);
    await screenshots(page, "sign-in-no-account");
    // The words stand there already: only the page that is loaded anew may be typed into.
    const back = Promise.all([page.waitForResponse(/single-sign-on\/callback/), page.waitForEvent("load")]);
    await page.getByRole("button", { name: BUTTON }).click();
    await back;
    // The provider remembers who it is and does not ask again; the way with a password still leads to the page that was asked for.
    await expect(page.getByRole("alert").filter({ hasText: "You have no account here yet" })).toBeVisible();
    await page.getByLabel("E-mail").fill(installation.administrator.email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL(`${server.url}/systems`);
  });

  test("an administrator connects the account, is asked for the second factor, and disconnects", async ({ page }) => {
    const { administrator } = installation;
    await provider.knows("dana", { email: "whoever@elsewhere.example", email_verified: false });
    await page.goto(`${server.url}/account`);
    await page.getByLabel("E-mail").fill(administrator.email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Connect single sign-on" }).click();
    await atProvider(page, provider, "dana");
    await expect(page).toHaveURL(`${server.url}/account`);
    const card = page.locator("section.card", { has: page.getByRole("heading", { name: "Single sign-on" }) });
    await expect(card.getByText("Connected")).toBeVisible();

    const key = await page.evaluate(async () => {
      const session = (await (await fetch("/api/v1/session")).json()) as { csrf_token: string };
      const headers = { "content-type": "application/json", "x-csrf-token": session.csrf_token };
      const begun = await fetch("/api/v1/me/second-factor/enrolment", { method: "POST", headers, body: "{}" });
      return ((await begun.json()) as { secret: string }).secret;
    });
    const app = new Authenticator(key);
    const confirmed = await page.evaluate(async (code) => {
      const session = (await (await fetch("/api/v1/session")).json()) as { csrf_token: string };
      const headers = { "content-type": "application/json", "x-csrf-token": session.csrf_token };
      return (await fetch("/api/v1/me/second-factor/confirmation", { method: "POST", headers, body: JSON.stringify({ code }) })).status;
    }, app.code());
    expect(confirmed).toBe(200);
    await page.context().clearCookies({ name: /__Host-cmmc/ });

    await page.goto(`${server.url}/account`);
    await page.getByRole("button", { name: BUTTON }).click();
    await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
    await page.getByLabel("Code").fill(app.code(1));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL(`${server.url}/account`);

    await page.goto(`${server.url}/people`);
    await expect(page.getByRole("row", { name: /Dana Whitfield/ }).getByText("Single sign-on")).toBeVisible();
    await page.goto(`${server.url}/account`);
    await card.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await expect(page.getByRole("button", { name: "Connect single sign-on" })).toBeVisible();
  });
});
