// The product's main job as two people do it: from the printed set-up link to a changed score, with proof, and out again.
import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { bigPdf, sha256 } from "../fixtures/files.ts";
import { PASSWORD, signOut } from "../fixtures/installation.ts";
import { expect, test } from "../fixtures/test.ts";

const DANA = { name: "Dana Whitfield", email: "dana@example.com" };
const LUIS = { name: "Luis Ortega", email: "luis@example.com" };
const SYSTEM = "Harlan CUI enclave";
const CONTROL = "AC.L2-3.1.1";
const TASK = "List everyone who may use the enclave";
const MEGABYTE = 1_000_000;

test("the main job, from the set-up link to a cookie that is refused", async ({ page, context, browser, ownServer }) => {
  test.setTimeout(180_000);
  page.setDefaultTimeout(20_000);
  const go = (label: string) => page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: label, exact: true }).click();
  const file = await bigPdf("access-control-policy.pdf", 30 * MEGABYTE);
  const others: BrowserContext[] = [];

  await test.step("the set-up link makes the first administrator", async () => {
    await page.goto(await ownServer.setupLink());
    await page.getByLabel("Your name").fill(DANA.name);
    await page.getByLabel("E-mail").fill(DANA.email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create administrator" }).click();
    await expect(page.getByRole("heading", { name: "New system" })).toBeVisible();
    await signOut(page, DANA.name);
  });

  await test.step("signs in", () => signInByForm(page, DANA.email));

  await test.step("creates a system, which has no finding yet", async () => {
    await page.getByRole("main").getByRole("link", { name: "New system" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill(SYSTEM);
    await page.getByLabel("Organization").fill("Harlan Precision LLC");
    await page.getByRole("button", { name: "Create system" }).click();
    await expect(page.getByRole("heading", { name: "Where we stand" })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Score -203 on a scale from -203 to 110/ })).toBeVisible();
    await expect(cell(page)).toHaveAccessibleName(/Not assessed: 6 of 6 objectives open$/);
  });

  const luis = await test.step("invites a second person, who joins", async () => {
    await go("People");
    await page.getByRole("button", { name: "Invite person" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(LUIS.name);
    await dialog.getByLabel("E-mail").fill(LUIS.email);
    await dialog.getByRole("button", { name: "Create link" }).click();
    const link = (await dialog.getByText(/\/join#token=/).textContent()) ?? "";
    await dialog.getByRole("button", { name: "Done" }).click();

    const other = await browser.newContext();
    others.push(other);
    const theirs = await other.newPage();
    await theirs.goto(link);
    await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await theirs.getByRole("button", { name: "Join" }).click();
    await expect(theirs.getByRole("button", { name: `Account of ${LUIS.name}` })).toBeVisible();

    await go("Members");
    await page.getByRole("button", { name: "Add member" }).click();
    await dialog.getByLabel("E-mail").fill(LUIS.email);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(page.getByRole("row", { name: new RegExp(LUIS.name) })).toBeVisible();
    return theirs;
  });

  await test.step(`finds ${CONTROL}`, async () => {
    await go("Assessment");
    await expect(page.getByRole("heading", { name: "Assessment" })).toBeVisible();
    await page.getByRole("searchbox", { name: "Filter requirements" }).fill("3.1.1");
    await expect(page).toHaveURL(/q=3\.1\.1/);
    await page.getByRole("link", { name: CONTROL, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: /Authorized access control/i })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Objectives" })).toBeVisible();
  });

  await test.step("assigns a task to the second person", async () => {
    await page.getByRole("button", { name: "Task", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "New task" });
    await dialog.getByLabel("Title").fill(TASK);
    await dialog.getByLabel("Who does it").selectOption({ label: LUIS.name });
    await dialog.getByRole("button", { name: "Create task" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("link", { name: new RegExp(TASK) })).toBeVisible();
  });

  await test.step("uploads 30 MB in chunks, with a cut in the middle", async () => {
    await go("Evidence");
    // Each chunk as the browser sends it. The third is lost with the connection.
    const chunks: { offset: number; length: number }[] = [];
    let cut = false;
    await page.route("**/uploads/*", async (route) => {
      const request = route.request();
      if (request.method() !== "PATCH") return route.continue();
      const headers = await request.allHeaders();
      if (chunks.length === 2 && !cut) {
        cut = true;
        await context.setOffline(true);
        return route.abort("connectionreset");
      }
      chunks.push({ offset: Number(headers["upload-offset"]), length: Number(headers["content-length"]) });
      return route.continue();
    });
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload", exact: true }).first().click();
    await (await chooser).setFiles(file.path);
    const tray = page.getByRole("region", { name: "Uploads" });
    await expect(tray.getByText(/Connection lost at \d+ %\. Resumes by itself\./)).toBeVisible();
    const bar = tray.getByRole("progressbar", { name: `Progress of ${file.name}` });
    expect(Number(await bar.getAttribute("aria-valuenow")), "what was acknowledged is kept").toBeGreaterThan(0);
    await expectNoAxeViolations(page);
    await context.setOffline(false);
    await expect(tray.getByText("Done")).toBeVisible({ timeout: 60_000 });
    await page.unroute("**/uploads/*");

    expect(chunks.length, "it went in chunks").toBeGreaterThanOrEqual(4);
    expect(chunks.filter(({ offset }) => offset === 0), "nothing began again").toHaveLength(1);
    const offsets = chunks.map(({ offset }) => offset);
    expect(offsets, "it went on from where it was").toEqual([...offsets].sort((a, b) => a - b));
    expect(new Set(offsets).size, "no byte was sent twice after an acknowledgement").toBe(offsets.length);
    await expect(page.getByRole("row", { name: /access-control-policy/ })).toContainText("30.0 MB");
    await expect(page.getByRole("row", { name: /access-control-policy/ })).toContainText(file.sha256.slice(0, 4));
  });

  await test.step("the file comes back byte for byte", async () => {
    await page.getByRole("main").getByRole("link", { name: /access-control-policy/ }).first().click();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).first().click();
    expect(sha256(await readFile(await (await download).path()))).toBe(file.sha256);
  });

  await test.step("links it to an objective", async () => {
    await go("Assessment");
    await page.getByRole("link", { name: CONTROL, exact: true }).click();
    await page.getByRole("button", { name: "Add evidence to objective [a]" }).click();
    const dialog = page.getByRole("dialog", { name: `Evidence for ${CONTROL}[a]` });
    await dialog.getByRole("button", { name: /^Link access-control-policy/ }).click();
    await expect(dialog).toBeHidden();
    await expect(objective(page, "a").getByRole("link", { name: /access-control-policy/ })).toBeVisible();
  });

  await test.step("marks objectives: one not met, and the board says so", async () => {
    await mark(page, "a", "Met");
    await mark(page, "b", "Not met");
    await objective(page, "b").getByLabel("Reason").fill("Two services run under an account that nobody owns.");
    await objective(page, "b").getByRole("button", { name: "Set Not met" }).click();
    await expect(objective(page, "b").getByText("Two services run under an account that nobody owns.")).toBeVisible();
    await expect(page.getByText("1 of 6 met, 1 not met, 4 not assessed")).toBeVisible();
    await go("Dashboard");
    await expect(cell(page)).toHaveAccessibleName(/, 5 points, Not met: 5 of 6 objectives open$/);
    await expect(page.getByRole("img", { name: /^Score -203 .+; 105 if all that is not assessed proves met$/ })).toBeVisible();
  });

  await test.step("all met: the score and the board change", async () => {
    await cell(page).click();
    for (const letter of ["b", "c", "d", "e", "f"]) await mark(page, letter, "Met");
    await expect(page.getByText("6 of 6 met", { exact: true })).toBeVisible();
    await go("Dashboard");
    await expect(cell(page)).toHaveAccessibleName(/, 5 points, Met$/);
    await expect(page.getByRole("img", { name: /^Score -198 .+; 110 if all that is not assessed proves met$/ })).toBeVisible();
  });

  await test.step("the second person does the task, the first confirms it", async () => {
    await luis.goto(ownServer.url);
    await luis.getByRole("main").getByRole("link", { name: new RegExp(TASK) }).click();
    await expect(luis.getByRole("heading", { level: 1, name: TASK })).toBeVisible();
    await luis.getByRole("button", { name: "Start" }).click();
    await luis.getByRole("button", { name: "Submit for confirmation" }).click();
    await expect(luis.getByRole("main").getByText("To confirm").first()).toBeVisible();
    await expect(luis.getByRole("button", { name: "Confirm", exact: true }), "nobody confirms own work").toHaveCount(0);

    await go("Tasks");
    await page.getByRole("link", { name: "To confirm 1" }).click();
    await page.getByRole("main").getByRole("link", { name: new RegExp(TASK) }).click();
    await page.getByRole("button", { name: "Confirm", exact: true }).click();
    await expect(page.getByRole("main").getByText("Completed").first()).toBeVisible();
    await luis.reload();
    await expect(luis.getByRole("main").getByText("Completed").first()).toBeVisible();
  });

  await test.step("exports the assessment", async () => {
    await go("Dashboard");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export" }).click();
    const text = await readFile(await (await download).path(), "utf8");
    const lines = text.split(/\r?\n/).filter((line) => line.includes(CONTROL));
    expect(lines.length, text.slice(0, 500)).toBeGreaterThan(0);
    expect(lines.join("\n")).toMatch(/\bmet\b/i);
    expect(text).toContain("SI.L2-3.14.7");
  });

  await test.step("signs out, and the old cookie is refused", async () => {
    const cookies = await context.cookies(ownServer.url);
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const me = () => fetch(`${ownServer.url}/api/v1/session`, { headers: { cookie } });
    const refresh = () => fetch(`${ownServer.url}/api/v1/session/refresh`, { method: "POST", headers: { cookie, "x-csrf-token": "none" } });
    expect((await me()).status, "while signed in").toBe(200);
    await signOut(page, DANA.name);
    expect((await me()).status, "the access cookie is dead at once").toBe(401);
    expect((await refresh()).status, "and so is the refresh cookie").toBe(401);
    await page.goBack();
    await expect(page.getByRole("heading", { name: "Sign in" }), "going back shows nothing of it").toBeVisible();
  });

  for (const other of others) await other.close();
  await file.remove();
});

async function signInByForm(page: Page, email: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: `Account of ${DANA.name}` })).toBeVisible();
}

/** The requirement's cell on the board. */
function cell(page: Page) {
  return page.getByRole("group", { name: /^Access Control:/ }).getByRole("link", { name: new RegExp(`^${CONTROL} `) });
}

function objective(page: Page, letter: string) {
  return page.locator(`#objective-${letter}`);
}

/** Chooses a finding as a person does: the segment's text is what is seen, the radio button behind it is not. */
async function mark(page: Page, letter: string, finding: "Met" | "Not met" | "N/A"): Promise<void> {
  const group = page.getByRole("group", { name: `Finding of objective [${letter}]` });
  await group.getByText(finding, { exact: true }).click();
  await expect(group.getByRole("radio", { name: finding, exact: true })).toBeChecked();
}
