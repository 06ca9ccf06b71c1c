// The web view of each kind of report on paper: the report alone, marked, with its tables whole, readable whatever the theme.
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { type Installation, signIn } from "../fixtures/installation.ts";
import { expect, test } from "../fixtures/test.ts";

/** What is inside the margins of US Letter, upright and lying, in CSS pixels: 8.5 and 11 inches less 12 mm at either side. */
const UPRIGHT = 725;
const LYING = 965;

interface Kind {
  kind: string;
  title: string;
  lying: boolean;
  /** A table that goes on over several sheets, and words of its head that each sheet with its rows repeats. */
  long?: { row: RegExp; head: RegExp };
}

const KINDS: Kind[] = [
  { kind: "assessment_status", title: "Assessment status", lying: true, long: { row: /^\s*[A-Z]{2}\.L2-3\.\d+\.\d+ .*(MET|ASSESSED)/m, head: /Requirement\s+Title|Requirement\s+Finding/ } },
  { kind: "sprs_summary", title: "SPRS summary", lying: false, long: { row: /^\s*[A-Z]{2}\.L2-3\.\d+\.\d+ .*(MET|ASSESSED)/m, head: /Requirement\s+Title/ } },
  { kind: "family_detail", title: "Family detail", lying: false },
  { kind: "tasks", title: "Tasks", lying: true },
  { kind: "evidence_register", title: "Evidence register", lying: true },
  { kind: "audit_extract", title: "Audit extract", lying: true, long: { row: /finding\.set/, head: /Sequence\s+Time/ } },
  { kind: "executive", title: "Executive summary", lying: false },
];

/** A system with something in each report. */
async function prepared(installation: Installation): Promise<string> {
  const system = await installation.system("Printed on paper");
  const references = await installation.references(system);
  await installation.findings(
    system,
    references.slice(0, 60).map((control, at) => (at % 9 === 0 ? { control, finding: "not_met" as const, reason: "The exported configuration is missing." } : { control, finding: "met" as const })),
  );
  for (const [title, due] of [["Renew the certificate of the gateway that both sites use", "2026-01-15"], ["Review the accounts of the enclave", "2031-01-15"]]) {
    await installation.admin.call("POST", `/systems/${system}/tasks`, { title, due, assignee: installation.administrator.id, control: references[0] });
  }
  const form = new FormData();
  form.set("metadata", JSON.stringify({ title: "Quarterly access review", links: [{ control: references[0], objective: "a" }] }));
  form.set("file", new Blob(["reviewed"], { type: "text/plain" }), "quarterly-access-review-of-privileged-accounts.txt");
  const answer = await fetch(`${installation.server.url}/api/v1/systems/${system}/evidence`, { method: "POST", body: form, headers: installation.admin.headers() });
  expect(answer.status, await answer.text()).toBe(201);
  return system;
}

/** What is wrong with the page as it would be printed. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const shown = (element: Element) => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length > 0;
    for (const element of document.querySelectorAll("nav:not(.report-contents), button, a.btn, .toasts, .toast, .tray, dialog, input, header.page-head")) {
      if (shown(element)) found.push(`on paper: ${element.outerHTML.slice(0, 120)}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) =>
      node.textContent?.trim() && node.parentElement && !["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.parentElement.tagName) && shown(node.parentElement) && node.parentElement.getBoundingClientRect().width > 1
        ? NodeFilter.FILTER_ACCEPT
        : NodeFilter.FILTER_SKIP,
    );
    const first = texts.nextNode()?.textContent?.trim();
    if (first !== "CUI") found.push(`what comes first is ${first}, not the marking`);
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide on ${width}`);
    const tables = [...document.querySelectorAll(".report table")];
    if (tables.length === 0) found.push("no table");
    for (const table of tables) {
      const name = table.querySelector("caption")?.textContent?.trim();
      if (!name) found.push(`a table without a caption: ${table.textContent?.slice(0, 60)}`);
      const head = table.querySelector("thead");
      if (!head || getComputedStyle(head).display !== "table-header-group") found.push(`${name}: its head is not repeated`);
      const wrap = table.parentElement;
      if (wrap && wrap.scrollWidth > wrap.clientWidth) found.push(`${name} is ${wrap.scrollWidth} wide on ${wrap.clientWidth}`);
      for (const cell of table.querySelectorAll("th, td")) {
        if (cell.scrollWidth > cell.clientWidth + 1) found.push(`${name}: a cell is cut: ${cell.textContent}`);
      }
    }
    return found;
  });
}

test("each kind of report prints as the report alone, marked and whole, in the dark too", async ({ page, installation }) => {
  test.slow();
  const system = await prepared(installation);
  await signIn(page, installation.administrator);
  const folder = join(import.meta.dirname, "..", "screenshots");
  await mkdir(folder, { recursive: true });
  for (const { kind, title, lying, long } of KINDS) {
    await page.emulateMedia({ media: null, colorScheme: "dark" });
    await page.goto(`/s/${system}/reports/view/${kind}`);
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    await expect(page.locator(".report")).toBeVisible();

    await page.setViewportSize({ width: lying ? LYING : UPRIGHT, height: 900 });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await expect(page.locator(".report-title")).toHaveText(title);
    expect(await faults(page), title).toEqual([]);
    // Black on white whatever the theme: axe looks at the contrast of every text.
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    await expectNoAxeViolations(page);

    const paper = await page.pdf({ format: "Letter", preferCSSPageSize: true });
    // For looking at it.
    if (process.env.CI !== "true") await writeFile(join(folder, `report-print-${kind}.pdf`), paper);
    const sizes = execFileSync("pdfinfo", ["-l", "999", "-"], { input: paper }).toString().match(/Page +\d+ size: +(.*) pts/g) ?? [];
    expect(sizes.length).toBeGreaterThan(0);
    for (const size of sizes) expect(size, title).toMatch(lying ? /79[12]\S* x 61[12]/ : /61[12]\S* x 79[12]/);
    const sheets = execFileSync("pdftotext", ["-layout", "-", "-"], { input: paper }).toString().split("\f").filter((sheet) => sheet.trim() !== "");
    expect(sheets.length, title).toBe(sizes.length);
    for (const sheet of sheets) expect(sheet.match(/^\s*CUI\s*$/gm), `${title}: ${sheet}`).toHaveLength(2);
    if (long) {
      const rows = sheets.filter((sheet) => long.row.test(sheet));
      expect(rows.length, title).toBeGreaterThan(1);
      for (const sheet of rows) expect(sheet, title).toMatch(long.head);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }
});
