// The client that ships is cut into parts that are fetched when a page needs them; one that is built quickly is not.
import { readdirSync } from "node:fs";
import { expectNoAxeViolations } from "../fixtures/axe.ts";
import { signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

const cut = readdirSync(new URL("../../web-ui/dist", import.meta.url)).some((name) => name.startsWith("chunks-"));

if (cut) {
  test("a page whose part can't be fetched says so, and comes when it can be", async ({ page, installation }) => {
    const system = await installation.system("Far enclave");
    await page.route("**/chunks-*/*.wasm", (route) => route.abort());
    await signIn(page, installation.administrator);
    await page.goto(`/s/${system}/dashboard`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.getByRole("navigation").getByRole("link", { name: "Tasks" }).first().click();
    await expect(page.getByRole("heading", { name: "This page could not be fetched" })).toBeVisible();
    await expectNoAxeViolations(page);
    await screenshots(page, "part-not-fetched");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { name: "This page could not be fetched" })).toBeVisible();
    await page.unroute("**/chunks-*/*.wasm");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { name: "Nothing waits for you" })).toBeVisible();
  });

  test("files that are chosen while the uploads can't be fetched wait, and go when they can be", async ({ page, installation }) => {
    const system = await installation.system("Far files");
    await page.route("**/chunks-*/split_uploads.wasm", (route) => route.abort());
    await signIn(page, installation.administrator);
    await page.goto(`/s/${system}/evidence`);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload", exact: true }).first().click();
    await (await chooser).setFiles({ name: "policy.txt", mimeType: "text/plain", buffer: Buffer.from("Access is limited.\n") });
    const tray = page.getByRole("region", { name: "Uploads" });
    await expect(tray.getByRole("alert")).toHaveText("The upload could not begin");
    await expectNoAxeViolations(page);
    await screenshots(page, "uploads-not-fetched");
    await page.unroute("**/chunks-*/split_uploads.wasm");
    await tray.getByRole("button", { name: "Try again" }).click();
    await expect(tray.getByText("Done", { exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: "policy.txt" }).first()).toBeVisible();
  });

  test("the palette that can't be fetched says so", async ({ page, installation }) => {
    const system = await installation.system("Far search");
    await page.route("**/chunks-*/split_palette.wasm", (route) => route.abort());
    await signIn(page, installation.administrator);
    await page.goto(`/s/${system}/dashboard`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Search and commands" });
    await expect(palette.getByRole("alert")).toContainText("could not be fetched");
    await page.unroute("**/chunks-*/split_palette.wasm");
    await palette.getByRole("button", { name: "Try again" }).click();
    await expect(palette.getByRole("combobox")).toBeFocused();
  });

  test("the parts of other pages are fetched once the first page has settled", async ({ page, installation }) => {
    const system = await installation.system("Near enclave");
    await signIn(page, installation.administrator);
    await page.goto(`/s/${system}/dashboard`);
    for (const part of ["assessment", "tasks", "evidence", "palette", "uploads", "office"]) {
      await page.waitForFunction(
        (name) => performance.getEntriesByType("resource").some((entry) => entry.name.endsWith(`split_${name}.wasm`)),
        part,
      );
    }
    // With the server gone from under them they still open: nothing but data is missing.
    await page.route("**/*.wasm", (route) => route.abort());
    await page.getByRole("navigation").getByRole("link", { name: "Assessment" }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: "Assessment" })).toBeVisible();
  });
}
