import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Finding, type Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";
import type { Page } from "@playwright/test";

const FIRST = "AC.L2-3.1.1";

/** A system in which some is met, some is not, and some has not been looked at. */
async function mixed(installation: Installation, name: string): Promise<string> {
  const system = await installation.system(name);
  const references = await installation.references(system);
  const items: Finding[] = references.filter((_, at) => at % 3 === 0).map((control) => ({ control, finding: "met" }));
  items.push({ control: "AC.L2-3.1.2", objective: "a", finding: "not_met", reason: "4 of 60 accounts belong to leavers." });
  await installation.findings(system, items);
  return system;
}

const row = (page: Page, reference: string) => page.locator(`tr[data-ref="${reference}"]`);
const objective = (page: Page, letter: string) => page.locator(`#objective-${letter}`);

/** The finding that a row of the list shows. */
const finding = (page: Page, reference: string) => row(page, reference).locator(".c-finding");

test("the assessment lists every requirement by family, and its filters stand in the address", async ({ page, installation }) => {
  const system = await mixed(installation, "Listed enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/assessment`);
  await expect(page.locator("tr[data-ref]")).toHaveCount(110);
  await expect(page.getByText("Access Control · 22 requirements, 54 points")).toBeVisible();
  await expect(finding(page, "AC.L2-3.1.2")).toHaveText("Not met");
  await expectNoAxeViolations(page);
  await screenshots(page, "assessment");

  await page.getByRole("button", { name: "Filter by Finding" }).click();
  await page.getByLabel("Not met", { exact: true }).check();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/finding=not_met/);
  await expect(page.locator("tr[data-ref]")).toHaveCount(1);
  const download = page.getByRole("link", { name: "Export this view" });
  await expect(download, "what is exported is what is seen").toHaveAttribute("href", new RegExp(`/systems/${system}/exports/assessment\\.csv\\?finding=not_met$`));

  await page.reload();
  await expect(page.locator("tr[data-ref]"), "a reload keeps the view").toHaveCount(1);
  await page.getByRole("button", { name: "Take the filter Finding away" }).click();
  await page.keyboard.press("/");
  await page.keyboard.type("session lock");
  await expect(page).toHaveURL(/q=session%20lock/);
  await expect(page.locator("tr[data-ref]")).toHaveCount(1);
  await page.getByRole("searchbox").fill("no such words");
  await expect(page.getByRole("heading", { name: "Nothing matches these filters" })).toBeVisible();
  await page.getByRole("button", { name: "Take all filters away" }).click();
  await expect(page.locator("tr[data-ref]")).toHaveCount(110);
});

test("the keyboard walks the list and sets findings, with an undo", async ({ page, installation }) => {
  const system = await installation.system("Keyboard enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/assessment`);
  await expect(page.locator("tr[data-ref]")).toHaveCount(110);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("1");
  await expect(finding(page, FIRST)).toHaveText("Met");
  await expect(row(page, FIRST).locator(".ref-link"), "the focus stays").toBeFocused();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(finding(page, FIRST)).toHaveText("Not assessed");

  await row(page, FIRST).locator(".ref-link").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("2");
  const dialog = page.getByRole("dialog", { name: "AC.L2-3.1.2: Not met" });
  await dialog.getByRole("button", { name: "Set Not met" }).click();
  await expect(dialog.getByText("Fill this in.").first(), "a reason is demanded").toBeVisible();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Nobody looks at the logs.");
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Set Not met" }).click();
  await expect(finding(page, "AC.L2-3.1.2")).toHaveText("Not met");
  await expect(dialog).toBeHidden();
  await row(page, "AC.L2-3.1.2").locator(".ref-link").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Transaction/);
  await expect(page.getByText("Nobody looks at the logs.").first()).toBeVisible();
});

test("selected requirements are set and assigned in one go", async ({ page, installation }) => {
  const system = await installation.system("Batch enclave");
  await installation.member(system, "Priya Kaur", "contributor");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/assessment?family=AT`);
  await expect(page.locator("tr[data-ref]")).toHaveCount(3);
  await page.getByLabel("Select all").check();
  const bar = page.getByRole("toolbar", { name: "Selected requirements" });
  await expect(bar).toContainText("3 requirements selected");
  await bar.getByRole("button", { name: "Assign owner" }).click();
  const assign = page.getByRole("dialog", { name: "Assign an owner" });
  await assign.getByRole("combobox").selectOption({ label: "Priya Kaur" });
  await assign.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(page.locator("tr[data-ref] .c-owner .person")).toHaveCount(3);

  await page.getByLabel("Select all").check();
  await bar.getByRole("button", { name: "N/A" }).click();
  const reason = page.getByRole("dialog", { name: "3 requirements: N/A" });
  await reason.getByRole("textbox", { name: "Reason" }).fill("Training is given by the parent company.");
  await reason.getByRole("button", { name: "Set N/A" }).click();
  await expect(page.locator("tr[data-ref] .c-finding", { hasText: "N/A" })).toHaveCount(3);
  await expect(bar).toBeHidden();
});

test("a control is judged objective by objective, by keys and by mouse", async ({ page, installation }) => {
  const system = await installation.system("Judged enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/controls/${FIRST}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Authorized Access Control [CUI Data]");
  await expect(page.locator(".obj")).toHaveCount(6);
  await expectNoAxeViolations(page);

  for (const key of ["j", "1", "j", "1"]) await page.keyboard.press(key);
  await expect(page.getByText("2 of 6 met, 4 not assessed")).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("2");
  await expect(page.getByRole("textbox", { name: "Reason" }), "the reason is asked for").toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByText("2 of 6 met, 4 not assessed"), "without a reason nothing is set").toBeVisible();

  await objective(page, "d").getByText("Not met").click();
  await objective(page, "d").getByRole("textbox", { name: "Reason" }).fill("4 accounts of leavers were still enabled.");
  await objective(page, "d").getByRole("button", { name: "Set Not met" }).click();
  await expect(page.getByText("2 of 6 met, 1 not met, 3 not assessed")).toBeVisible();
  await expect(page.locator(".control-badges")).toContainText("Not met");

  await objective(page, "a").getByRole("button", { name: "Basis and reason of [a]" }).click();
  await objective(page, "a").getByRole("combobox", { name: "Basis" }).selectOption({ label: "Enduring exception" });
  await objective(page, "a").getByRole("button", { name: "Set Met" }).click();
  await expect(objective(page, "a").getByText("Fill this in.").first(), "every other basis needs its reason").toBeVisible();
  await objective(page, "a").getByRole("textbox", { name: "Reason" }).fill("A lathe controller that knows no accounts.");
  await objective(page, "a").getByRole("button", { name: "Set Met" }).click();
  await expect(objective(page, "a")).toContainText("Enduring exception. A lathe controller that knows no accounts.");
  await screenshots(page, "control");

  await page.getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "[d] Not assessed → Not met" }).first()).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Transaction/);
});

test("somebody else's finding is not overwritten unseen", async ({ page, installation }) => {
  const system = await installation.system("Contested enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/controls/${FIRST}`);
  await expect(page.locator(".obj")).toHaveCount(6);
  await installation.findings(system, [{ control: FIRST, objective: "b", finding: "not_met", reason: "The register is a year old." }]);
  await objective(page, "a").getByText("Met", { exact: true }).click();
  await expect(page.getByText("Someone else changed this control in the meantime.")).toBeVisible();
  await expect(objective(page, "b"), "the newest version is shown").toContainText("The register is a year old.");
  await expect(objective(page, "a").getByRole("radio", { name: "Met", exact: true })).not.toBeChecked();
  await objective(page, "a").getByText("Met", { exact: true }).click();
  await expect(page.getByText("1 of 6 met, 1 not met, 4 not assessed")).toBeVisible();
});

test("a narrative survives a closed tab and a colleague who saved first", async ({ page, installation }) => {
  const system = await installation.system("Written enclave");
  await signIn(page, installation.administrator);
  const href = `/s/${system}/controls/${FIRST}`;
  await page.goto(href);
  await page.getByRole("button", { name: "Write the narrative" }).click();
  const editor = page.getByRole("textbox", { name: "Narrative" });
  await editor.fill("Accounts come from the **ticket system**.\n\n- approved\n- created\n\n<script>alert(1)</script> [x](javascript:alert(2))");
  await expect(page.getByText("Draft kept")).toBeVisible();

  await page.goto(href);
  await page.getByRole("button", { name: "Go on writing" }).click();
  await expect(editor).toHaveValue(/ticket system/);
  await page.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.locator("strong")).toHaveText("ticket system");
  await expect(preview.locator("li")).toHaveCount(2);
  await expect(preview.locator("script, a"), "nothing typed becomes an element that acts").toHaveCount(0);

  const theirs = await installation.admin.call<{ control: { version: number } }>("GET", `/systems/${system}/controls/${FIRST}`);
  await installation.admin.call("PATCH", `/systems/${system}/controls/${FIRST}`, { narrative: "Tom's text." }, { "if-match": `"${theirs.control.version}"` });
  await page.getByRole("button", { name: "Save" }).click();
  const conflict = page.getByRole("alert").filter({ hasText: "Someone else saved another text" });
  await expect(conflict).toContainText("Tom's text.");
  await expect(conflict).toContainText("ticket system");
  await expectNoAxeViolations(page);
  await conflict.getByRole("button", { name: "Keep mine" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".markdown strong")).toHaveText("ticket system");
  await page.reload();
  await expect(page.locator(".markdown strong")).toHaveText("ticket system");
  await expect(page.getByRole("button", { name: "Go on writing" }), "what is saved is no draft").toBeHidden();
});

test("partial credit and not applicable are choices with their reasons", async ({ page, installation }) => {
  const system = await installation.system("Chosen enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/controls/IA.L2-3.5.3`);
  await page.getByRole("button", { name: "Choose partial credit" }).click();
  const dialog = page.getByRole("dialog", { name: "Deduct 3 instead of 5" });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Remote and privileged users have tokens.");
  await dialog.getByRole("button", { name: "Choose partial credit" }).click();
  await expect(page.getByText("3 of 5 points")).toBeVisible();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByText("3 of 5 points")).toBeHidden();

  await page.getByRole("button", { name: "The whole requirement does not apply" }).click();
  const whole = page.getByRole("dialog", { name: "Not applicable as a whole" });
  await whole.getByRole("textbox", { name: "Reason" }).fill("No accounts exist.");
  await whole.getByRole("button", { name: "Set to not applicable" }).click();
  await expect(page.getByText("4 of 4 met (4 N/A)")).toBeVisible();
  await page.getByRole("button", { name: "Assess it again" }).click();
  await expect(page.getByText("0 of 4 met, 4 not assessed")).toBeVisible();
});

test("owner and reviews are edited; a review too late is refused beside its field", async ({ page, installation }) => {
  const system = await installation.system("Reviewed enclave");
  await installation.member(system, "Priya Kaur", "contributor");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/controls/CA.L2-3.12.1`);
  await page.getByRole("button", { name: "Edit owner and reviews" }).click();
  const dialog = page.getByRole("dialog", { name: "Owner and reviews" });
  await dialog.getByRole("combobox").selectOption({ label: "Priya Kaur" });
  await dialog.getByLabel("Last review").fill("2026-01-10");
  await dialog.getByLabel("Next review").fill("2028-01-10");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("within 12 months of the last", { exact: false }).first()).toBeVisible();
  await dialog.getByLabel("Next review").fill("2027-01-10");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator("dl.facts")).toContainText("Priya Kaur");
  await expect(page.locator("dl.facts")).toContainText("10 Jan 2027");
});

test("an owner whom somebody else set meanwhile is not undone", async ({ page, installation }) => {
  const system = await installation.system("Owned enclave");
  const { person: olga } = await installation.member(system, "Olga Owner", "contributor");
  const { person: otto } = await installation.member(system, "Otto Owner", "contributor");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/controls/CA.L2-3.12.1`);
  await page.getByRole("button", { name: "Edit owner and reviews" }).click();
  const dialog = page.getByRole("dialog", { name: "Owner and reviews" });
  await dialog.getByRole("combobox").selectOption({ label: "Olga Owner" });
  const path = `/systems/${system}/controls/CA.L2-3.12.1`;
  const { control } = await installation.admin.call<{ control: { version: number; id: string } }>("GET", path);
  await installation.admin.call("PATCH", path, { owner: otto.id, last_review: "2026-01-10" }, { "if-match": `"${control.version}"` });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.locator(".meanwhile")).toContainText("Otto Owner");
  await expect(dialog.locator(".meanwhile")).toContainText("Changed by you, too");
  await expect(dialog.getByLabel("Last review")).toHaveValue("2026-01-10");
  await expect(dialog.getByRole("combobox")).toHaveValue(olga.id);
  const between = await installation.admin.call<{ control: { owner: { id: string } } }>("GET", path);
  expect(between.control.owner.id, "nothing is undone unseen").toBe(otto.id);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator("dl.facts").first()).toContainText("Olga Owner");
  await expect(page.locator("dl.facts").first()).toContainText("10 Jan 2026");
});

test("custom controls are added, edited and deleted", async ({ page, installation }) => {
  const system = await installation.system("Custom enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/assessment`);
  await page.getByRole("button", { name: "Custom control" }).click();
  const dialog = page.getByRole("dialog", { name: "New custom control" });
  await dialog.getByRole("textbox", { name: "Reference" }).fill("ORG 1");
  await dialog.getByRole("textbox", { name: "Title" }).fill("Badges are worn");
  await dialog.getByRole("textbox", { name: "What must be true" }).fill("Everybody wears a badge in the shop.");
  await dialog.getByRole("button", { name: "Create control" }).click();
  await expect(dialog.getByText("Letters, digits, dots and hyphens, such as ORG-1.", { exact: false }).first()).toBeVisible();
  await dialog.getByRole("textbox", { name: "Reference" }).fill("ORG-1");
  await dialog.getByRole("button", { name: "Create control" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Badges are worn");
  await expect(page.locator(".control-badges")).toContainText("Custom control");
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Title" }).fill("Badges are worn in the shop");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Badges are worn in the shop");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Assessment");
  await expect(row(page, "ORG-1")).toHaveCount(0);
});

test("evidence is linked to an objective, and unlinked with an undo", async ({ page, installation }) => {
  const system = await installation.system("Proved enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/controls/${FIRST}`);
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add evidence to objective [a]" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Upload new" }).click();
  await (await chosen).setFiles({ name: "AD-users.csv", mimeType: "text/csv", buffer: Buffer.from("name,enabled\nana,true\n") });
  await expect(objective(page, "a").locator("a.ev")).toHaveText(/AD-users/);
  await page.getByRole("button", { name: "Add evidence to objective [b]" }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill("AD-users");
  await page.getByRole("dialog").getByRole("button", { name: /^Link AD-users/ }).click();
  await expect(objective(page, "b").locator("a.ev")).toHaveCount(1);
  await page.getByRole("button", { name: /^Unlink AD-users/ }).click();
  await expect(page.locator("a.ev")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator("a.ev")).toHaveCount(2);
});

test("a viewer reads and changes nothing", async ({ page, installation }) => {
  const system = await mixed(installation, "Read enclave");
  const { person } = await installation.member(system, "Vera Viewer", "viewer");
  await signIn(page, person);
  await page.goto(`/s/${system}/assessment`);
  await expect(page.locator("tr[data-ref]")).toHaveCount(110);
  await expect(page.getByRole("checkbox", { name: "Select all" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Custom control" })).toHaveCount(0);
  await page.getByRole("link", { name: "AC.L2-3.1.2", exact: true }).click();
  await expect(page.getByText("4 of 60 accounts belong to leavers.")).toBeVisible();
  await expect(objective(page, "a").getByRole("radio").first()).toBeDisabled();
  await expect(page.getByRole("button", { name: "Task", exact: true })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "History" })).toHaveCount(0);
  await expectNoAxeViolations(page);
});
