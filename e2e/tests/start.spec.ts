import { screenshots } from "../fixtures/screens.ts";
import { expect, test } from "../fixtures/test.ts";

test("the first start prints a set-up link that opens in the client", async ({ page, ownServer }) => {
  const link = await ownServer.setupLink();
  expect(new URL(link, ownServer.url).hash).toMatch(/^#token=.{20,}$/);
  await page.goto(new URL(link, ownServer.url).href);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await screenshots(page, "set-up");
});

test("the service comes back after a crash, on the same data", async ({ ownServer }) => {
  await ownServer.restart("SIGKILL");
  expect((await fetch(`${ownServer.url}/readyz`)).status).toBe(200);
});
