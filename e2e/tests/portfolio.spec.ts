import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Finding, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("a provider sees where each client stands, and what wants attention", async ({ page, installation }) => {
  const [good, late] = [await installation.system("Pine Machining"), await installation.system("Quarry Optics")];
  // Their names sort after those of other tests, whose systems the administrator sees, too.
  const met: Finding[] = (await installation.references(good)).map((control) => ({ control, finding: "met" }));
  await installation.findings(good, met);
  await installation.findings(late, [{ control: "AC.L2-3.1.1", objective: "a", finding: "not_met", reason: "4 accounts belong to leavers." }]);
  const { person, caller } = await installation.member(good, "Petra Provider", "manager");
  await installation.admin.call("POST", `/systems/${late}/members`, { email: person.email, role: "contributor" });
  await caller.call("POST", `/systems/${late}/tasks`, { title: "Close the leavers' accounts", due: "2020-01-31" });
  await caller.call("POST", `/systems/${good}/tasks`, { title: "Review the log", due: "2099-01-31" });

  await signIn(page, person);
  await page.goto("/");
  await page.getByRole("link", { name: "Portfolio" }).first().click();
  await expect(page).toHaveURL(/\/portfolio$/);
  await expect(page.getByRole("heading", { level: 1, name: "Portfolio" })).toBeVisible();
  const rows = page.getByRole("table", { name: "Systems" }).getByRole("row");
  await expect(rows, "the head and one's own two").toHaveCount(3);
  const pine = page.getByRole("row", { name: /Pine Machining/ });
  await expect(pine).toContainText("110 of 110");
  await expect(pine).toContainText("Final status possible");
  await expect(pine.getByRole("link", { name: "TASK-1 Review the log" })).toBeVisible();
  const quarry = page.getByRole("row", { name: /Quarry Optics/ });
  await expect(quarry).toContainText("−203 of 110, 105 at best");
  await expect(quarry).toContainText("1 not met");
  await expect(quarry).toContainText("1 overdue");
  const figures = page.getByRole("list", { name: "Of all systems" });
  await expect(figures).toContainText("2systems");
  await expect(figures).toContainText("1with overdue tasks");
  await screenshots(page, "portfolio");

  await page.getByRole("link", { name: "Score" }).click();
  await expect(rows.nth(1)).toContainText("Quarry Optics");
  await page.getByRole("link", { name: "Score" }).click();
  await expect(rows.nth(1), "pressed again, it turns around").toContainText("Pine Machining");
  await page.getByRole("button", { name: "Wants attention" }).click();
  await expect(page.getByText("1 of 2 systems")).toBeVisible();
  await expect(pine).toBeHidden();
  await page.reload();
  await expect(quarry, "the address holds what is filtered").toBeVisible();
  await expect(pine).toBeHidden();
  await page.getByRole("searchbox").fill("nothing like it");
  await expect(page.getByText("No system is as the filters say")).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole("searchbox").fill("");
  await quarry.getByRole("link", { name: "1 overdue" }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${late}/tasks\\?`));
  await expect(page.getByRole("link", { name: /Close the leavers' accounts/ })).toBeVisible();
});

test("somebody with one system has no portfolio to go to", async ({ page, installation }) => {
  const system = await installation.system("Only enclave");
  const { person } = await installation.member(system, "Olga Only", "viewer");
  await signIn(page, person);
  await page.goto(`/s/${system}/dashboard`);
  await expect(page.getByRole("link", { name: "All systems" }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Portfolio" })).toHaveCount(0);
});
