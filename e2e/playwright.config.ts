import { defineConfig } from "@playwright/test";

const ci = process.env.CI === "true";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // Each worker has a service of its own (fixtures/test.ts), so files run beside each other.
  fullyParallel: false,
  workers: 2,
  forbidOnly: ci,
  // A test that passes the second time is a defect, not noise.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: ci ? [["list"]] : [["list"], ["html", { open: "never" }]],
  use: {
    locale: "en-US",
    timezoneId: "America/New_York",
    // Pictures and copies of the page at each step are a third of the time of all tests: `just e2e FILE --trace on` has them where a
    // failure is looked into.
    trace: { mode: "retain-on-failure", snapshots: false, screenshots: false },
    screenshot: "only-on-failure",
    // Playwright's own browser is not downloaded: the system's Chromium is the one under test.
    launchOptions: {
      executablePath: process.env.CMMC_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [{ name: "desktop", use: { viewport: { width: 1440, height: 900 } } }],
});
