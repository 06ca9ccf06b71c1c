import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

const iso = (date: Date) => date.toISOString().slice(0, 10);

/** A day of the month after next, so that nothing is overdue, and the months around it are whole; counted from the month in which the browser is. */
function day(of: number, months = 2): string {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(new Date());
  const [year, month] = today.split("-").map(Number) as [number, number];
  return iso(new Date(Date.UTC(year, month - 1 + months, of)));
}

async function call(installation: Installation, method: string, path: string, body?: unknown, version?: number) {
  const headers: Record<string, string> = { ...installation.admin.headers(), "Content-Type": "application/json" };
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  const answer = await fetch(`${installation.server.url}/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${text}`).toBe(true);
  return JSON.parse(text);
}

async function task(installation: Installation, system: string, title: string, due: string) {
  await call(installation, "POST", `/systems/${system}/tasks`, { title, due });
}

async function review(installation: Installation, system: string, reference: string, next: string) {
  const path = `/systems/${system}/controls/${reference}`;
  const { control } = await call(installation, "GET", path);
  await call(installation, "PATCH", path, { next_review: next }, control.version);
}

test("a task is moved by dragging and by a date, and taken back", async ({ page, installation }) => {
  const system = await installation.system("Dated");
  await task(installation, system, "Quarterly access review", day(10));
  await task(installation, system, "Mend the fence", day(12));
  await review(installation, system, "CA.L2-3.12.1", day(12));
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/calendar?date=${day(10)}`);
  const grid = page.getByRole("grid");
  const cell = (date: string) => grid.locator(`#day-${date}`);
  await expect(cell(day(10)).getByRole("link", { name: "Planned, Due: TASK-1 Quarterly access review" })).toBeVisible();
  await expect(cell(day(12))).toHaveAccessibleName(/^\w+day, 12 .*, 2 entries$/);

  await cell(day(10)).getByRole("link").dragTo(cell(day(17)));
  await expect(page.getByText(/^TASK-1 is on 17 .* now\.$/)).toBeVisible();
  await expect(cell(day(17)).getByRole("link", { name: /TASK-1/ })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(/^TASK-1 is back on 10 /)).toBeVisible();
  await expect(cell(day(10)).getByRole("link", { name: /TASK-1/ })).toBeVisible();

  // The same without a mouse: what was moved keeps the focus.
  const move = page.getByRole("button", { name: "Move TASK-2" });
  await move.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Move TASK-2" });
  await dialog.getByLabel("Day").fill(day(20));
  await page.keyboard.press("Enter");
  await expect(cell(day(20)).getByRole("link", { name: /TASK-2/ })).toBeVisible();
  await expect(move).toBeFocused();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(cell(day(12)).getByRole("link", { name: /TASK-2/ })).toBeVisible();

  // A review that the requirement wants periodically is at most a year off.
  await page.getByRole("button", { name: "Move CA.L2-3.12.1" }).click();
  const asked = page.getByRole("dialog", { name: "Move CA.L2-3.12.1" });
  await asked.getByLabel("Day").fill(day(1, 30));
  await asked.getByRole("button", { name: "Move", exact: true }).click();
  await expect(asked.getByLabel("Day")).toHaveAttribute("aria-invalid", "true");
  await expectNoAxeViolations(page);
  await asked.getByLabel("Day").fill(day(14));
  await asked.getByRole("button", { name: "Move", exact: true }).click();
  await expect(cell(day(14)).getByRole("link", { name: /Review: CA.L2-3.12.1/ })).toBeVisible();

  // What was changed meanwhile is not overwritten.
  const tasks = await call(installation, "GET", `/systems/${system}/tasks`);
  const first = tasks.items.find((one: { number: string }) => one.number === "TASK-1");
  await page.route("**/calendar?*", (route) => route.abort());
  await call(installation, "PATCH", `/systems/${system}/tasks/TASK-1`, { title: "Quarterly review of access" }, first.version);
  await page.getByRole("button", { name: "Move TASK-1" }).click();
  const stale = page.getByRole("dialog", { name: "Move TASK-1" });
  await stale.getByLabel("Day").fill(day(21));
  await stale.getByRole("button", { name: "Move", exact: true }).click();
  await expect(stale.getByRole("alert")).toBeVisible();
});

test("days are walked by the keyboard as in any date grid", async ({ page, installation }) => {
  const system = await installation.system("Walked");
  await task(installation, system, "Quarterly access review", day(10));
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/calendar?date=${day(10)}`);
  const cell = (date: string) => page.locator(`#day-${date}`);
  await expect(page.getByRole("grid").locator('[role="gridcell"][tabindex="0"]')).toHaveCount(1);
  await cell(day(10)).focus();
  for (const [key, to] of [["ArrowRight", day(11)], ["ArrowDown", day(18)], ["ArrowUp", day(11)], ["ArrowLeft", day(10)]] as const) {
    await page.keyboard.press(key);
    await expect(cell(to)).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("grid").getByRole("link", { name: /TASK-1/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(cell(day(10))).toBeFocused();
  const weekday = new Date(`${day(10)}T00:00:00Z`).getUTCDay();
  await page.keyboard.press("Home");
  await expect(cell(day(10 - weekday))).toBeFocused();
  await page.keyboard.press("End");
  await expect(cell(day(10 + 6 - weekday))).toBeFocused();
  // Another month, whose days are not there yet.
  await page.goto(`/s/${system}/calendar?date=${day(10)}`);
  await cell(day(10)).focus();
  await page.keyboard.press("PageDown");
  await expect(cell(day(10, 3))).toBeFocused();
  await expect(page).toHaveURL(new RegExp(`date=${day(10, 3)}`));
  await page.keyboard.press("PageUp");
  await expect(cell(day(10))).toBeFocused();
  await page.keyboard.press("Shift+PageDown");
  await expect(cell(day(10, 14))).toBeFocused();
});

test("month, week and agenda stand in the address with their filters", async ({ page, installation }) => {
  const system = await installation.system("Viewed");
  for (const [title, due] of [
    ["Late inventory of laptops", day(-3, 0)],
    ["Quarterly access review", day(10)],
    ["Mend the fence", day(12)],
    ["Collect the visitors' log and file it with the other logs of the year", day(12)],
    ["Rehearse the incident plan", day(12)],
    ["Renew badges", day(12)],
    ["Rotate the keys", day(12)],
  ] as const) {
    await task(installation, system, title, due);
  }
  await review(installation, system, "AC.L2-3.1.1", day(3));
  await review(installation, system, "IR.L2-3.6.3", day(24));
  const form = new FormData();
  form.set("metadata", JSON.stringify({ title: "Old scan", effective: "2020-01-01", expires: day(-3, 0) }));
  form.set("file", new Blob(["scanned\n"], { type: "text/plain" }), "scan.txt");
  const made = await fetch(`${installation.server.url}/api/v1/systems/${system}/evidence`, { method: "POST", headers: installation.admin.headers(), body: form });
  expect(made.status, await made.text()).toBe(201);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}`);
  await page.getByRole("link", { name: "Calendar" }).first().click();
  await page.getByRole("link", { name: "The next month" }).click();
  await page.getByRole("link", { name: "The next month" }).click();
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("link", { name: /TASK-2/ })).toBeVisible();
  await expect(page.locator(`#day-${day(12)}`).getByRole("link", { name: "2 more" })).toBeVisible();
  await screenshots(page, "calendar-month");
  // A phone has room for no title, but says which entry it is.
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(grid.getByRole("link", { name: /TASK-2/ }).getByText("2", { exact: true })).toBeVisible();
  await expect(grid.getByRole("link", { name: /IR.L2-3.6.3/ }).getByText("3.6.3", { exact: true })).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByRole("button", { name: "Filter by Kind" }).click();
  await page.getByRole("checkbox", { name: "Control reviews" }).check();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/kinds=review/);
  await expect(grid.getByRole("link", { name: /IR.L2-3.6.3/ })).toBeVisible();
  await expect(grid.getByRole("link", { name: /TASK-/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Take the filter Kind away" }).click();
  await expect(grid.getByRole("link", { name: /TASK-2/ })).toBeVisible();

  await page.goto(`/s/${system}/calendar?view=week&date=${day(12)}`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(grid.getByRole("link", { name: /TASK-7/ })).toBeVisible();
  await screenshots(page, "calendar-week");
  // What an entry is stands below how it stands, however many lines its title takes.
  const tall = grid.getByRole("link", { name: /TASK-4/ });
  const [chip, kind, state] = await Promise.all([tall, tall.locator(".cal-chip-kind"), tall.locator("> svg")].map((one) => one.boundingBox()));
  expect(chip?.height ?? 0, "of four lines or more").toBeGreaterThan(60);
  expect((kind?.y ?? 0) - (state?.y ?? 0), "between the two icons").toBeLessThan(24);

  await page.getByRole("link", { name: "Agenda" }).click();
  await expect(page).toHaveURL(/view=agenda/);
  await expect(page.getByRole("link", { name: "TASK-7 Rotate the keys" })).toBeVisible();
  await screenshots(page, "calendar-agenda");

  await page.goto(`/s/${system}/calendar?view=agenda&date=${day(-3, 0)}&status=overdue`);
  await expect(page.getByRole("link", { name: /TASK-1 / })).toBeVisible();
  await expect(page.getByRole("link", { name: /TASK-2 / })).toHaveCount(0);
  // Work is overdue, evidence has expired.
  const row = (name: string) => page.locator(".cal-row").filter({ hasText: name });
  await expect(row("TASK-1").locator(".badge")).toHaveText("Overdue");
  await expect(row("EV-1").locator(".badge")).toHaveText("Expired");
  await page.goto(`/s/${system}/calendar?date=${day(10)}&kinds=evidence`);
  await expect(page.getByRole("heading", { name: "No entries" })).toBeVisible();
  // An address that names no day is today's.
  await page.goto(`/s/${system}/calendar?date=2026-02-30`);
  await expect(grid.locator('[aria-current="date"]')).toBeVisible();
});

test("today is the day of the system, where the browser has another", async ({ page, installation }) => {
  // New York and one of these never have the same day.
  const hour = Number(new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", hour: "numeric", hourCycle: "h23" }).format(new Date()));
  const zone = hour < 6 ? "Pacific/Pago_Pago" : "Pacific/Kiritimati";
  const there = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date());
  const system = await call(installation, "POST", "/systems", { name: "Far out", organization: "Harlan", pack: "cmmc-level-1", time_zone: zone });
  await task(installation, system.id, "Due today", there);
  await signIn(page, installation.administrator);
  for (const view of ["month", "week"]) {
    await page.goto(`/s/${system.id}/calendar${view === "week" ? "?view=week" : ""}`);
    const today = page.locator('[role="gridcell"][aria-current="date"]');
    await expect(today).toHaveAttribute("id", `day-${there}`);
    await expect(today, "it is where the keyboard begins").toHaveAttribute("tabindex", "0");
    await expect(today.getByRole("link", { name: /TASK-1/ })).toBeVisible();
  }
});

test("a feed's address is shown once, read by a program, changed and revoked", async ({ page, context, installation }) => {
  const system = await installation.system("Fed");
  await task(installation, system, "Told elsewhere", day(5));
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/calendar`);
  await page.getByRole("button", { name: "Subscribe" }).click();
  const dialog = page.getByRole("dialog", { name: "Subscribe to the calendar" });
  await dialog.getByRole("button", { name: "Create address" }).click();
  const address = dialog.locator(".cal-url");
  await expect(address).toContainText("/api/v1/calendar-feeds/");
  await dialog.getByRole("button", { name: "Copy address" }).click();
  await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  const url = await page.evaluate(() => navigator.clipboard.readText());
  expect(url).toBe(await address.innerText());
  const read = await fetch(url);
  expect(read.status).toBe(200);
  expect(await read.text()).toMatch(/^BEGIN:VCALENDAR\r\n[^]*SUMMARY:Due: TASK-1 Told elsewhere\r\n/);
  await screenshots(page, "calendar-feeds");

  await dialog.getByRole("button", { name: "New address: Fed" }).click();
  const ask = page.getByRole("dialog", { name: "A new address for this feed?" });
  await ask.getByRole("button", { name: "New address" }).click();
  await expect(dialog.getByText("The old address is dead.")).toBeVisible();
  expect((await fetch(url)).status).toBe(404);
  const second = await address.innerText();
  expect((await fetch(second)).status).toBe(200);

  // Shown once: it is gone when the dialog is opened again.
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Subscribe" }).click();
  await expect(dialog.getByRole("button", { name: "Revoke: Fed" })).toBeVisible();
  await expect(address).toHaveCount(0);
  await dialog.getByRole("button", { name: "Revoke: Fed" }).click();
  await page.getByRole("dialog", { name: "Revoke this feed?" }).getByRole("button", { name: "Revoke" }).click();
  await expect(dialog.getByText("The feed is revoked.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Revoke: Fed" })).toHaveCount(0);
  expect((await fetch(second)).status).toBe(404);
});
