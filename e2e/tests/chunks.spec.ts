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

  test("the parts of other pages are fetched once the first page has settled", async ({ page, installation }) => {
    const system = await installation.system("Near enclave");
    await signIn(page, installation.administrator);
    await page.goto(`/s/${system}/dashboard`);
    for (const part of ["assessment", "work", "office"]) {
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
