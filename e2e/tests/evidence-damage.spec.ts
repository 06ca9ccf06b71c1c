// A stored file that is not what was uploaded: found, told, shown, kept back, and mended by the original.
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { sha256 } from "../fixtures/files.ts";
import { Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

const NAME = "firewall-rules.txt";
const CONTENT = Buffer.from("deny all from any to any\nallow 443 from vpn to enclave\n".repeat(40));

test("damage of a stored file is found and told, nobody is given it, and the original mends it", async ({ browser, ownServer }) => {
  test.slow();
  const installation = await Installation.setUp(ownServer);
  const system = await installation.system("Damaged enclave");
  const context = await browser.newContext({ baseURL: ownServer.url, reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    const tray = page.getByRole("region", { name: "Uploads" });
    const upload = async () => {
      const chooser = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "Upload", exact: true }).first().click();
      await (await chooser).setFiles({ name: NAME, mimeType: "text/plain", buffer: CONTENT });
      await expect(tray.getByRole("heading")).toHaveText("1 file uploaded");
      await page.getByRole("button", { name: "Close the uploads" }).click();
    };
    const main = page.getByRole("main");
    const downloads = main.getByRole("link", { name: /^Download/ });
    const saved = async () => {
      const download = page.waitForEvent("download");
      await main.getByRole("link", { name: "Download", exact: true }).click();
      return readFile(await (await download).path());
    };

    await signIn(page, installation.administrator);
    await page.goto(`/s/${system}/evidence`);
    await upload();
    await page.getByRole("table").getByRole("link", { name: NAME }).click();
    await expect(page.getByText("No damage is known of its files.")).toBeVisible();
    await expect(page.getByRole("region", { name: `Content of ${NAME}` })).toContainText("deny all");
    expect((await saved()).equals(CONTENT), "what is saved is what was uploaded").toBe(true);

    // A byte on the server's disk is another one; the length and all else stay.
    const hash = sha256(CONTENT);
    const stored = join(ownServer.dataDir, "data", "blobs", system, hash.slice(0, 2), hash);
    const bytes = await readFile(stored);
    bytes[7] = (bytes[7] ?? 0) ^ 1;
    await writeFile(stored, bytes);
    await page.goto("/installation/jobs");
    await page.getByRole("button", { name: /^Run now: Compares/ }).click();
    await expect(page.getByText("It waits for a worker.")).toBeVisible();

    // Who is to know is told, and led to the file.
    const bell = page.getByRole("button", { name: /^Notifications/ });
    const told = page.getByRole("link", { name: /EV-1.*the stored bytes are not those that were uploaded/ });
    await expect(async () => {
      await page.goto("/notifications");
      await expect(main.getByRole("row", { name: /the stored bytes are not those that were uploaded/ })).toHaveCount(1, { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await bell.click();
    await told.first().click();
    await expect(page.getByRole("heading", { level: 1, name: NAME })).toBeVisible();

    // Shown as damaged by the head, beside the file, and with what mends it; nothing offers the bytes.
    const concern = page.getByRole("alert").filter({ hasText: NAME });
    await expect(concern).toContainText("Damaged");
    await expect(concern).toContainText("is lost or not what was uploaded. Upload the same file again: that mends it.");
    await expect(concern.locator("svg")).toHaveCount(1);
    await expect(main.getByRole("article", { name: "Version 1" }).getByText("Damaged", { exact: true })).toBeVisible();
    await expect(main.getByText("Damaged", { exact: true })).toHaveCount(3);
    await expect(downloads).toHaveCount(0);
    await expect(page.getByText("The stored file is damaged, and the managers were told. Who has the original can mend it by uploading it again.")).toBeVisible();
    await expect(page.getByText("deny all")).toHaveCount(0);
    await screenshots(page, "evidence-damaged");
    // An address that somebody has kept is refused with the reason.
    const refused = await page.request.get(`/api/v1/systems/${system}/evidence/EV-1/file`);
    expect(refused.status()).toBe(410);
    expect(((await refused.json()) as { code: string }).code).toBe("file_damaged");
    await expect(stat(`${stored}.damaged`)).resolves.toBeTruthy();

    // The library says it to those who answer for it.
    await page.goto(`/s/${system}/evidence`);
    await expect(main.getByText("1 damaged", { exact: true })).toBeVisible();
    await expect(page.getByRole("list", { name: "Files to look at" }).getByRole("link", { name: /EV-1/ })).toContainText(NAME);
    await expectNoAxeViolations(page);
    await screenshots(page, "evidence-damaged-library");

    // The original is taken without a question, and mends what has the same content.
    await upload();
    await page.goto(`/s/${system}/evidence/EV-1`);
    await expect(page.getByText("No damage is known of its files.")).toBeVisible();
    await expect(main.getByText("Damaged", { exact: true })).toHaveCount(0);
    expect((await saved()).equals(CONTENT), "the bytes are those that were uploaded").toBe(true);
    expect((await readFile(stored)).equals(CONTENT), "and are on the disk").toBe(true);
  } finally {
    await context.close();
  }
});
