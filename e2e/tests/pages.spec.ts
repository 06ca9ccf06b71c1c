// Every page as it looks with data, in three sizes and both themes: nothing scrolls sideways, axe finds nothing, and there is a
// picture of each to look at. What the pages do is tested in the files of their features.
import type { Page } from "@playwright/test";
import { type Installation, type Person, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

interface Place {
  system: string;
  reader: Person;
}

/** One system with a bit of everything, made once for all of the pages. */
let place: Promise<Place> | undefined;
function furnished(installation: Installation): Promise<Place> {
  place ??= (async () => {
    const system = await installation.system("Harlan CUI enclave");
    await installation.system("Front office");
    const { person: reader } = await installation.member(system, "Priya Kaur", "viewer");
    const { person: luis } = await installation.member(system, "Luis Ortega", "contributor");
    const references = await installation.references(system);
    await installation.findings(system, [
      ...references.slice(0, 80).map((control) => ({ control, finding: "met" }) as const),
      { control: "AC.L2-3.1.1", objective: "d", finding: "not_met", reason: "4 accounts of leavers were still enabled on 14 November (sample of 60)." },
      { control: "AC.L2-3.1.16", finding: "not_applicable", reason: "No wireless network exists in the enclave." },
    ]);
    const task = (title: string, control: string, due: string, priority: string) =>
      installation.admin.call("POST", `/systems/${system}/tasks`, { title, control, due, priority, assignee: luis.id });
    await task("Disable four leavers' accounts", "AC.L2-3.1.1", "2026-11-18", "urgent");
    await task("Write the visitor escort procedure", "PE.L2-3.10.3", "2027-02-02", "normal");
    return { system, reader };
  })();
  return place;
}

interface Look {
  name: string;
  path: (system: string) => string;
  heading: string | RegExp;
  /** What must be there before the picture is taken. */
  ready?: (page: Page) => Promise<unknown>;
}

const PAGES: Look[] = [
  { name: "systems", path: () => "/systems", heading: "Systems", ready: (page) => expect(page.getByRole("heading", { name: "Front office" })).toBeVisible() },
  { name: "system-new", path: () => "/systems/new", heading: "New system", ready: (page) => expect(page.getByLabel(/Level 2/).first()).toBeVisible() },
  { name: "settings", path: (system) => `/s/${system}/settings`, heading: "Settings", ready: (page) => expect(page.getByLabel("Organization")).toHaveValue(/Harlan/) },
  { name: "account", path: () => "/account", heading: "Your account" },
  { name: "audit", path: (system) => `/s/${system}/audit`, heading: "Audit log", ready: (page) => expect(page.getByRole("row").nth(5)).toBeVisible() },
  { name: "audit-installation", path: () => "/audit", heading: /Installation log|Audit log/, ready: (page) => expect(page.getByRole("row").nth(2)).toBeVisible() },
  { name: "not-found", path: () => "/nothing/here", heading: "Not found" },
];

for (const { name, path, heading, ready } of PAGES) {
  test(`the page ${name} in every size and theme`, async ({ page, installation }) => {
    test.slow(name === "audit", "fifty rows, drawn and audited six times");
    const { system } = await furnished(installation);
    await signIn(page, installation.administrator);
    await page.goto(path(system));
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await ready?.(page);
    await screenshots(page, name);
  });
}

test("a reader sees the same dashboard without what only others may do", async ({ page, installation }) => {
  const { system, reader } = await furnished(installation);
  await signIn(page, reader);
  await page.goto(`/s/${system}/dashboard`);
  await expect(page.getByRole("region", { name: "Score and status" })).toBeVisible();
  const navigation = page.getByRole("navigation", { name: "Main", exact: true });
  await expect(navigation.getByRole("link", { name: "Audit log" })).toHaveCount(0);
  await expect(navigation.getByRole("link", { name: "People" })).toHaveCount(0);
  await screenshots(page, "dashboard-reader");
  await page.goto(`/s/${system}/members`);
  await expect(page.getByRole("row", { name: /Luis Ortega/ })).toContainText("Contributor");
  await expect(page.getByRole("button", { name: "Add member" })).toHaveCount(0);
});

test("what opens over the page opens and closes by keyboard, and is accessible", async ({ page, installation }) => {
  const { system } = await furnished(installation);
  await signIn(page, installation.administrator);
  await page.goto(`/s/${system}/members`);
  for (const [name, button] of [
    ["switcher", /^System: Harlan CUI enclave/],
    ["notifications", /notifications/i],
    ["account-menu", /^Account of/],
  ] as const) {
    const opener = page.getByRole("button", { name: button });
    await opener.focus();
    await page.keyboard.press("Enter");
    await expect(opener).toHaveAttribute("aria-expanded", "true");
    await screenshots(page, name);
    await page.keyboard.press("Escape");
    await expect(opener).toHaveAttribute("aria-expanded", "false");
    await expect(opener, "the focus comes back").toBeFocused();
  }
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await expect(palette.getByRole("combobox").or(palette.getByRole("searchbox"))).toBeFocused();
  await page.keyboard.type("sett");
  await expect(palette.getByRole("option", { name: /Settings/ })).toBeVisible();
  await screenshots(page, "palette");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/s/${system}/settings`));
  await expect(palette).toBeHidden();
});
