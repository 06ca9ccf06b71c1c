// Passkeys as people use them, with the authenticator that Chromium itself brings for tests.
import type { BrowserContext, Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { PASSWORD, signIn, signOut } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import type { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";

const EMAIL = "dana@example.com";

/** An authenticator in this browser: somebody always touches it. */
async function authenticator(context: BrowserContext, page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

async function setUp(page: Page, server: Server): Promise<void> {
  await page.goto(await server.setupLink());
  await page.getByLabel("Your name").fill("Dana Whitfield");
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("heading", { name: "New system" })).toBeVisible();
}

async function toSecondStep(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
}

/** Adds one on the account page; the dialog that asked for its name is left as it then stands. */
async function add(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Add passkey" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Go on" }).click();
}

test("a passkey is added, asked for at sign-in and before a dangerous act, renamed and removed", async ({ page, context, namedServer }) => {
  test.slow();
  await authenticator(context, page);
  await setUp(page, namedServer);
  await page.goto(`${namedServer.url}/account`);
  await expect(page.getByText("No passkeys")).toBeVisible();
  await add(page, "");
  await expect(page.getByText(/fill this in/i).first()).toBeVisible();
  await page.getByRole("dialog").getByLabel("Name").fill("Work laptop");
  await screenshots(page, "passkey-add");
  await expectNoAxeViolations(page);
  await page.getByRole("dialog").getByRole("button", { name: "Go on" }).click();
  const codes = page.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const backup = (await codes.first().textContent()) ?? "";
  await page.getByRole("button", { name: "I have kept them" }).click();
  const row = page.getByRole("row", { name: /Work laptop/ });
  await expect(row).toContainText("never");
  await expect(page.getByText("10 backup codes left")).toBeVisible();
  await screenshots(page, "passkeys");
  // This authenticator holds one already.
  await add(page, "The same");
  await expect(page.getByText("This device holds a passkey of yours already.").first()).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await signOut(page, "Dana Whitfield");
  await toSecondStep(page);
  await screenshots(page, "second-step-passkey");
  await expectNoAxeViolations(page);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByRole("button", { name: "Account of Dana Whitfield" })).toBeVisible();

  // As if the sign-in were long ago: the server would ask for a proof, and here it does so once.
  let asked = 0;
  await page.route("**/me/second-factor/backup-codes", async (route) => {
    if (asked++ > 0) return route.continue();
    const problem = { type: "urn:cmmc-tracker:problem:step_up_required", title: "Prove that it is you", status: 403, code: "step_up_required" };
    return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await page.goto(`${namedServer.url}/account`);
  await expect(row).not.toContainText("never");
  await page.getByRole("button", { name: "New backup codes" }).click();
  const proof = page.getByRole("dialog", { name: "Is it you?" });
  await expect(proof.getByRole("button", { name: "Use a passkey" })).toBeVisible();
  await screenshots(page, "proof-passkey");
  await expectNoAxeViolations(page);
  await proof.getByRole("button", { name: "Use a passkey" }).click();
  await expect(codes).toHaveCount(10);
  expect(asked).toBe(2);
  expect(await codes.first().textContent()).not.toBe(backup);
  await page.getByRole("button", { name: "I have kept them" }).click();

  await row.getByRole("button", { name: "Rename Work laptop" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Old laptop");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Remove Old laptop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Old laptop is removed.")).toBeVisible();
  await expect(page.getByText("No passkeys")).toBeVisible();
  await expect(page.getByRole("button", { name: "Set up authenticator app" })).toBeVisible();
});

test("what goes wrong in the browser is said in words, and a backup code is the way in", async ({ page, context, browser, namedServer }) => {
  test.slow();
  await authenticator(context, page);
  await setUp(page, namedServer);
  await page.goto(`${namedServer.url}/account`);
  await add(page, "Work laptop");
  const code = (await page.getByRole("list", { name: "Backup codes" }).getByRole("listitem").first().textContent()) ?? "";
  await page.getByRole("button", { name: "I have kept them" }).click();
  await signOut(page, "Dana Whitfield");

  await toSecondStep(page);
  await page.evaluate(() => {
    navigator.credentials.get = () => Promise.reject(new DOMException("closed", "NotAllowedError"));
  });
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByText(/it was cancelled, or it took too long/).first()).toBeVisible();
  await screenshots(page, "second-step-cancelled");
  await page.evaluate(() => {
    navigator.credentials.get = () => Promise.reject(new DOMException("elsewhere", "SecurityError"));
  });
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByText(/does not allow passkeys at this address/).first()).toBeVisible();

  // Another browser, without WebAuthn.
  const other = await browser.newContext();
  await other.addInitScript(() => {
    Object.defineProperty(window, "PublicKeyCredential", { value: undefined });
  });
  const plain = await other.newPage();
  await plain.goto(`${namedServer.url}/sign-in`);
  await toSecondStep(plain);
  await expect(plain.getByText(/This browser can't use passkeys/)).toBeVisible();
  await plain.getByLabel("Code", { exact: true }).fill(code);
  await plain.getByRole("button", { name: "Sign in" }).click();
  await expect(plain.getByRole("button", { name: "Account of Dana Whitfield" })).toBeVisible();
  await plain.goto(`${namedServer.url}/account`);
  await expect(plain.getByRole("row", { name: /Work laptop/ })).toBeVisible();
  await expect(plain.getByRole("button", { name: "Add passkey" })).toHaveCount(0);
  await other.close();
});

test("at an IP address no passkeys are offered, and the account page says why", async ({ page, installation }) => {
  await signIn(page, installation.administrator);
  await page.goto("/account");
  await expect(page.getByText(/Passkeys are tied to a host name/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Add passkey" })).toHaveCount(0);
});
