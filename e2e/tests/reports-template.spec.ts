import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { deflateSync, crc32 } from "node:zlib";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

/** A PNG with a ring on white, drawn here. */
function png(width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + 3 * width), 0xff);
  for (let y = 0; y < height; y++) {
    rows[y * (1 + 3 * width)] = 0;
    for (let x = 0; x < width; x++) {
      const far = Math.hypot(x - height / 2, y - height / 2) / (height / 2);
      const bar = x > height * 1.2 && x < width - 10 && y > height * 0.35 && y < height * 0.65;
      if ((far > 0.6 && far < 0.95) || bar) rows.set([24, 92, 150], y * (1 + 3 * width) + 1 + 3 * x);
    }
  }
  const part = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), part("IHDR", head), part("IDAT", deflateSync(rows)), part("IEND", Buffer.alloc(0))]);
}

test("an administrator gives reports a name, texts and a logo, and they stand on the next ones", async ({ page, installation }) => {
  test.slow();
  const system = await installation.system("Branded enclave");
  await signIn(page, installation.administrator);
  await page.goto("/installation");
  await expect(page.getByRole("heading", { name: "Reports", exact: true })).toBeVisible();
  await page.getByLabel("Organization that makes the reports").fill("Branding Partners LLC");
  await page.getByLabel("Texts of").selectOption("executive");
  await page.getByLabel("Introduction").fill("For the board of Branded.\n\nRead it before the meeting.");
  await page.getByLabel("Texts of").selectOption("tasks");
  await expect(page.getByLabel("Introduction")).toHaveValue("");
  await page.getByLabel("Closing remarks").fill("x".repeat(2_001));
  await page.getByLabel("Texts of").selectOption("executive");
  await page.getByRole("button", { name: "Save texts" }).click();
  await expect(page.locator(".field-fault"), "the fault of another kind is shown with it").toContainText("At most 2000 characters");
  await expect(page.getByLabel("Texts of")).toHaveValue("tasks");
  await page.getByLabel("Closing remarks").fill("");
  await page.getByLabel("Texts of").selectOption("executive");
  await expect(page.getByLabel("Introduction")).toHaveValue(/For the board of Branded/);
  await page.getByLabel("Closing remarks").fill("Questions: the compliance office.");
  await page.getByRole("button", { name: "Save texts" }).click();
  await expect(page.getByText("Saved. Reports that were made stay as they are.")).toBeVisible();

  const picker = page.locator("#report-logo-file");
  await picker.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("<svg onload='alert(1)'/>") });
  await expect(page.getByText("SVG is refused", { exact: false })).toBeVisible();
  await picker.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: png(360, 120) });
  await expect(page.getByText("The logo is saved.")).toBeVisible();
  const logo = page.getByRole("img", { name: "Logo of Branding Partners LLC" });
  await expect(logo).toBeVisible();
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(360);
  await expectNoAxeViolations(page);
  await screenshots(page, "installation-reports");

  // The web view, and the file.
  await page.goto(`/s/${system}/reports/view/executive`);
  await expect(page.getByRole("img", { name: "Logo of Branding Partners LLC" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Introduction" })).toBeVisible();
  await expect(page.getByText("Read it before the meeting.")).toBeVisible();
  await expect(page.getByText("Questions: the compliance office.")).toBeVisible();
  await expectNoAxeViolations(page);
  await screenshots(page, "report-view-branded");
  await page.goto(`/s/${system}/reports`);
  await page.getByLabel("Report", { exact: true }).selectOption("executive");
  await page.getByRole("button", { name: "Make report" }).click();
  const row = page.getByRole("row", { name: /Executive summary, PDF/ });
  await expect(row.getByText("Ready")).toBeVisible({ timeout: 30_000 });
  const download = page.waitForEvent("download");
  await row.getByRole("link", { name: "Download" }).click();
  const path = await (await download).path();
  const text = execFileSync("pdftotext", ["-layout", path, "-"]).toString();
  expect(text).toContain("Branding Partners LLC");
  expect(text).toContain("For the board of Branded.");
  expect(execFileSync("pdfimages", ["-list", path]).toString()).toMatch(/\bimage\b/);
  expect((await readFile(path)).subarray(0, 5).toString()).toBe("%PDF-");

  // Taken away again: this installation is shared with other tests.
  await page.goto("/installation");
  await page.getByRole("button", { name: "Take the logo away" }).click();
  await expect(page.getByText("The logo is taken away.")).toBeVisible();
  await page.getByLabel("Organization that makes the reports").fill("");
  await page.getByLabel("Texts of").selectOption("executive");
  await page.getByLabel("Introduction").fill("");
  await page.getByLabel("Closing remarks").fill("");
  await page.getByRole("button", { name: "Save texts" }).click();
  await expect(page.getByText("Saved. Reports that were made stay as they are.").last()).toBeVisible();
  await expect(page.getByRole("img", { name: /^Logo/ })).toHaveCount(0);
});
