import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Finding, type Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

const OPEN = ["AT.L2-3.2.1", "AU.L2-3.3.3"]; // 5 points and 1
const NOT_MET = ["AC.L2-3.1.1", "AC.L2-3.1.20"]; // 5 points, and 1 that may never stand on a POA&M
const NOT_APPLICABLE = "AC.L2-3.1.16";

/** Everything met but for the above: 110 - 5 - 1 not met = 104, and 98 with what is not assessed. */
async function assessed(installation: Installation, name: string): Promise<string> {
  const system = await installation.system(name);
  const rest = (await installation.references(system)).filter((reference) => ![...OPEN, NOT_APPLICABLE].includes(reference));
  const items: Finding[] = rest.map((control) => ({ control, finding: "met" }));
  for (const control of NOT_MET) items.push({ control, objective: "a", finding: "not_met", reason: "4 of 60 accounts belong to leavers." });
  items.push({ control: NOT_APPLICABLE, finding: "not_applicable", reason: "No wireless network exists in the enclave." });
  await installation.findings(system, items);
  return system;
}

test("the head says the score, its bounds, and what stands in the way", async ({ page, installation }) => {
  const system = await assessed(installation, "Scored enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  const head = page.getByRole("region", { name: "Score and status" });
  await expect(head).toContainText("98of 110");
  await expect(head).toContainText("Provisional: 2 not assessed.");
  await expect(head).toContainText("104 if they all prove met.");
  await expect(head, "98 is above 88, and yet").toContainText("No CMMC status yet");
  await expect(head).toContainText("2 requirements that are not met may not stand on a POA&M");
  await expect(head, "every sentence cites its rule").toContainText("32 CFR 170.24(b)");
  await expect(head.getByRole("img", { name: /^Score 98 on a scale from -203 to 110; conditional from 88; 104 if/ })).toBeVisible();
  await head.getByText("Show the 2 requirements").click();
  await expect(head.getByText("AC.L2-3.1.20")).toBeVisible();
  await expectNoAxeViolations(page);
  await head.getByText("Show the 2 requirements").click();
  await screenshots(page, "dashboard");
});

test("the board names each requirement and is walked by keyboard", async ({ page, installation }) => {
  const system = await assessed(installation, "Board enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  const board = page.getByRole("group", { name: /^Access Control: 20 of 22/ });
  const first = board.getByRole("link").or(board.getByRole("img")).first();
  await expect(first).toHaveAccessibleName(/^AC\.L2-3\.1\.1 .+, 5 points, Not met: 1 of 6 objectives open$/);
  await expect(page.locator(".board .cell")).toHaveCount(110);
  await expect(page.locator(".board .cell[tabindex='0']"), "one stop of the tab key").toHaveCount(1);

  await first.focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^AC\.L2-3\.1\.2 /);
  await page.keyboard.press("End");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^AC\.L2-3\.1\.22 /);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^AT\.L2-3\.2\.1 .+Not assessed/);
  await expect(page.locator(".tip"), "the tooltip follows the focus").toContainText("AT.L2-3.2.1");
  await page.keyboard.press("ArrowUp");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^AC\.L2-3\.1\.1 /);

  await page.getByRole("button", { name: "View as table of requirements" }).click();
  const table = page.getByRole("table", { name: "Requirements by family" });
  await expect(table.getByRole("row", { name: /AC\.L2-3\.1\.1 / })).toContainText("Not met");
  await expect(table.getByRole("row", { name: /AC\.L2-3\.1\.16 / })).toContainText("N/A");
  await expectNoAxeViolations(page);
  await page.getByRole("button", { name: "View as board of requirements" }).click();
  await expect(first).toBeVisible();
});

test("a new system says what it is and what to do first", async ({ page, installation }) => {
  const system = await installation.system("New enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  const head = page.getByRole("region", { name: "Score and status" });
  await expect(head).toContainText("Provisional: 110 not assessed.");
  await expect(head).toContainText("\u2212203of 110");
  await expect(page.getByText("Nothing waits for you.")).toBeVisible();
  await expect(page.getByText("No approved evidence yet.", { exact: false })).toBeVisible();
  await expect(page.getByText(/Nothing lies ahead/)).toBeVisible();
  await screenshots(page, "dashboard-new");
});

test("evidence whose approved version is over is counted although a draft is newer, and the count leads to it", async ({ page, installation }) => {
  const system = await installation.system("Renewal enclave");
  const { caller } = await installation.member(system, "Noor Renewal", "contributor");
  const path = `/systems/${system}/evidence`;
  const send = async (path: string, name: string, metadata: object): Promise<void> => {
    const form = new FormData();
    form.set("metadata", JSON.stringify(metadata));
    form.set("file", new Blob([`${name}\n`], { type: "text/plain" }), name);
    const made = await fetch(`${installation.server.url}/api/v1${path}`, { method: "POST", headers: caller.headers(), body: form });
    expect(made.status, await made.text()).toBe(201);
  };
  const step = async (by: typeof caller, action: string): Promise<void> => {
    const { version } = await by.call<{ version: number }>("GET", `${path}/EV-1`);
    await by.call("POST", `${path}/EV-1/reviews`, { action, version: 1 }, { "if-match": `"${version}"` });
  };
  await send(path, "scan.txt", { title: "Yearly scan", effective: "2020-01-01", expires: "2020-06-30" });
  await step(caller, "submit");
  await step(installation.admin, "approve");
  await send(`${path}/EV-1/versions`, "new-scan.txt", { effective: "2020-07-01" });

  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  await page.getByRole("link", { name: "1 expired" }).click();
  await expect(page).toHaveURL(/evidence\?freshness=expired$/);
  const row = page.getByRole("row").filter({ hasText: "Yearly scan" });
  await expect(row).toContainText("Draft");
  await expect(row).toContainText(/approved version 1 expired .*2020/);
  await expectNoAxeViolations(page);
  await screenshots(page, "evidence-expired");
  await page.getByRole("link", { name: "Take the filter Freshness expired away" }).click();
  await expect(page).toHaveURL(/evidence$/);
  await row.getByRole("link", { name: "Yearly scan" }).click();
  await expect(page.getByText(/approved version 1 expired .*2020/)).toBeVisible();
});

test("no score exists without a system security plan", async ({ page, installation }) => {
  const system = await installation.system("Planless enclave");
  await installation.findings(system, [{ control: "CA.L2-3.12.4", finding: "not_met", reason: "No plan has been written." }]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  const head = page.getByRole("region", { name: "Score and status" });
  await expect(head).toContainText("No score");
  await expect(head).toContainText(/No score exists: CA\.L2-3\.12\.4/);
  await expect(head.getByRole("img", { name: /^Score/ })).toHaveCount(0);
  await screenshots(page, "dashboard-no-score");
});

test("the theme is chosen once and stays", async ({ page, installation }) => {
  const system = await installation.system("Themed enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByRole("button", { name: /^Theme: System/ }).click();
  await expect(page.getByRole("button", { name: /^Theme: Light/ })).toBeVisible();
  const light = await ground();
  await page.getByRole("button", { name: /^Theme: Light/ }).click();
  await expect(page.getByRole("button", { name: /^Theme: Dark/ })).toBeVisible();
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.reload();
  await expect(page.getByRole("button", { name: /^Theme: Dark/ })).toBeVisible();
  expect(await ground(), "the choice holds over a reload").toBe(dark);
});

test("what is late is counted with the way to it, and what comes next is not pushed out", async ({ page, installation }) => {
  const system = await installation.system("Late enclave");
  const me = (await installation.admin.call<{ id: string }>("GET", "/me")).id;
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  for (let n = 1; n <= 10; n += 1) await installation.admin.call("POST", `/systems/${system}/tasks`, { title: `Late ${n}`, assignee: me, due: day(-9) });
  await installation.admin.call("POST", `/systems/${system}/tasks`, { title: "Renew the plan", assignee: me, due: day(9) });
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  const head = page.getByRole("region", { name: "Score and status" });
  await expect(head.getByRole("link", { name: "10 tasks of mine" })).toBeVisible();
  await expect(head.getByRole("link", { name: "TASK-11 Renew the plan" })).toBeVisible();
  await expect(head.getByText("Late 1", { exact: false })).toHaveCount(0);
  const figures = page.getByRole("list", { name: "Tasks and evidence of the system" });
  await expect(figures.getByRole("link", { name: "11 open tasks" })).toBeVisible();
  await expect(figures.getByRole("link", { name: "0 evidence expired" })).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "dashboard-late");
  // The list of my tasks has eight, and the badge counts them all.
  await page.getByRole("link", { name: "10 overdue", exact: true }).click();
  await expect(page).toHaveURL(/assignee=me.*overdue=true/);
  await expect(page.getByRole("row", { name: /Late \d/ })).toHaveCount(10);
  await page.goBack();
  await figures.getByRole("link", { name: "11 open tasks" }).click();
  await expect(page.getByRole("row", { name: /Late \d|Renew the plan/ })).toHaveCount(11);
});

test("a new page begins at its top, below the bar", async ({ page, installation }) => {
  const system = await assessed(installation, "Scrolled enclave");
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/dashboard`);
  await expect(page.getByRole("region", { name: "Score and status" })).toBeVisible();
  await page.mouse.wheel(0, 400);
  await page.getByRole("link", { name: "Assessment" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Assessment" })).toBeVisible();
  await expect(page.getByText("AC.L2-3.1.1", { exact: true }).first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id), "the page has the focus").toBe("page");
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await expect(page.getByRole("heading", { level: 1, name: "Assessment" })).toBeInViewport({ ratio: 1 });
});
