import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { Installation, PASSWORD, signIn } from "../fixtures/installation.ts";
import { linkIn, MailServer } from "../fixtures/mail.ts";
import { screenshots } from "../fixtures/screens.ts";
import { startServer, type Server } from "../fixtures/server.ts";
import { expect, test as base } from "../fixtures/test.ts";

const OTHER = "seven quiet otters paint";

interface Mailed {
  mail: MailServer;
  mailed: Installation;
}
interface Own {
  mailServer: MailServer;
  mailedServer: Server;
}

/** An installation of this test's own that hands its mail to a mail server. */
const test = base.extend<Mailed & Own>({
  mailServer: async ({}, use) => {
    const server = await MailServer.start();
    await use(server);
    await server.stop();
  },
  mailedServer: async ({ mailServer }, use) => {
    const server = await startServer(mailServer.env);
    await use(server);
    await server.stop();
  },
  mail: async ({ mailServer }, use) => use(mailServer),
  mailed: async ({ mailedServer }, use) => use(await Installation.setUp(mailedServer)),
  baseURL: async ({ mailedServer }, use) => use(mailedServer.url),
});

test("a forgotten password is set anew by the link that is mailed", async ({ page, mailed, mail, browser }) => {
  const { email } = mailed.administrator;
  const elsewhere = await browser.newContext({ baseURL: mailed.server.url });
  const other = await elsewhere.newPage();
  await signIn(other, mailed.administrator);

  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await screenshots(page, "forgot-password");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText(/fill this in/i).first()).toBeVisible();
  await page.getByLabel("E-mail").fill("nobody@example.com");
  await page.getByRole("button", { name: "Send the link" }).click();
  const told = page.getByText(/belongs to an account, a link is on its way/);
  await expect(told, "nothing tells that there is no such account").toBeVisible();
  await screenshots(page, "forgot-password-asked");
  await page.goto("/forgot-password");
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(told).toBeVisible();

  const link = linkIn(await mail.mail(email, "Set a new password"), "reset-password");
  await page.goto(link);
  const field = page.getByLabel("New password", { exact: true });
  await field.fill("passwordpassword");
  await expect(page.getByText(/many people use this one/i)).toBeVisible();
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /many people use this one/i })).toBeVisible();
  await field.fill("aaaaaaaaaaaaaaaa");
  await expect(page.getByText(/many people use this one/i), "what was wrong before is not said of something else").toHaveCount(0);
  await expect(page.getByText(/^(Very weak|Weak|Fair): /), "the meter explains").toBeVisible();
  await field.fill(OTHER);
  await expect(page.getByText("Strong. Hard to guess.")).toBeVisible();
  await screenshots(page, "reset-password");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("heading", { name: "Your password is set" })).toBeVisible();
  await expectNoAxeViolations(page);

  await other.goto("/people");
  await expect(other.getByRole("heading", { name: "Sign in" }), "the other browser's session has ended").toBeVisible();
  await elsewhere.close();
  await page.goto(link);
  await field.fill(`${OTHER} again`);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText(/was used already or has expired/).first()).toBeVisible();

  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(OTHER);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Account of Dana Whitfield" })).toBeVisible();
  await mail.mail(email, "Your password was reset");
});

test("the password is changed on the page of the account", async ({ page, mailed, mail }) => {
  await signIn(page, mailed.administrator);
  await page.goto("/account");
  await page.getByLabel("Current password").fill("not it");
  await page.getByLabel("New password", { exact: true }).fill("dana.whitfield@example.com");
  await expect(page.getByText(/made of your name/i)).toBeVisible();
  await page.getByLabel("New password", { exact: true }).fill(OTHER);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText(/this is not your password/i).first()).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText(/your other sessions have ended/i)).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Your account" }), "this session goes on").toBeVisible();
  await mail.mail(mailed.administrator.email, "Your password was changed");
});

test("an address is verified by a code and changed by a link", async ({ page, mailed, mail }) => {
  const { email } = mailed.administrator;
  await signIn(page, mailed.administrator);
  await page.goto("/account");
  await expect(page.getByText("Not verified")).toBeVisible();
  await screenshots(page, "account");
  await page.getByRole("button", { name: "Verify this address" }).click();
  const code = (await mail.mail(email, "Your verification code")).match(/Code: (\d{4} \d{4})/)?.[1] ?? "";
  await page.getByLabel("Code").fill(code.startsWith("0") ? "1111 1111" : "0000 0000");
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(page.getByText(/not the code that was mailed last/i).first()).toBeVisible();
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(page.getByText("Verified", { exact: true })).toBeVisible();

  await page.getByLabel("New address").fill("dana.new@example.com");
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change address" }).click();
  await expect(page.getByText(/Until it is used, you sign in with the address above/)).toBeVisible();
  await mail.mail(email, "Another address for your account");
  await page.goto(linkIn(await mail.mail("dana.new@example.com", "Confirm your new address"), "confirm-email"));
  await screenshots(page, "confirm-email");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Your address is changed" })).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail").fill("dana.new@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Account of Dana Whitfield" })).toBeVisible();
  await mail.mail(email, "Your address was changed");
});

test("a manager invites somebody who has no account, and only the mail has the link", async ({ page, mailed, mail, browser }) => {
  const system = await mailed.system("Invitation enclave");
  await signIn(page, mailed.administrator);
  await page.goto(`/s/${system}/members`);
  await page.getByRole("button", { name: "Add member" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a member" });
  await dialog.getByLabel("E-mail").fill("luis@example.com");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByLabel("Name").fill("Luis Ortega");
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Invite" }).click();
  await expect(page.getByText("Luis Ortega is invited as contributor, by mail.")).toBeVisible();
  await expect(page.getByRole("row", { name: /Luis Ortega/ })).toBeVisible();

  const theirs = await browser.newContext({ baseURL: mailed.server.url });
  const joining = await theirs.newPage();
  await joining.goto(linkIn(await mail.mail("luis@example.com", "Your invitation to CMMC Tracker"), "join"));
  await joining.getByLabel("Password", { exact: true }).fill(OTHER);
  await joining.getByRole("button", { name: "Join" }).click();
  await expect(joining.getByRole("button", { name: /^System: Invitation enclave/ })).toBeVisible();
  await theirs.close();
});
