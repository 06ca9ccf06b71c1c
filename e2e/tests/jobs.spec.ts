// The page of background jobs, as an administrator uses it. A mail server that refuses for good makes a job that is given up.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { startServer } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";

/** A mail server that takes mails, or refuses every recipient, for good or for a while, as it is told, and counts what it takes. */
async function moodyMailServer() {
  const state = { willing: true, busy: false, taken: 0, port: 0, close: () => {} };
  const talk = (socket: Socket) => {
    let body = false;
    socket.on("error", () => socket.destroy());
    socket.setEncoding("utf8").write("220 moody\r\n");
    socket.on("data", (text: string) => {
      for (const line of text.split("\r\n").filter((line) => line !== "")) {
        if (body) {
          if (line === ".") {
            body = false;
            state.taken += 1;
            socket.write("250 taken\r\n");
          }
        } else if (line === "DATA") {
          body = true;
          socket.write("354 go on\r\n");
        } else if (line.startsWith("RCPT")) socket.write(state.busy ? "451 try later\r\n" : state.willing ? "250 fine\r\n" : "550 no such mailbox\r\n");
        else if (line === "QUIT") socket.end("221 bye\r\n");
        else socket.write("250 fine\r\n");
      }
    });
  };
  const server = createServer(talk).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  state.port = address.port;
  state.close = () => server.close();
  return state;
}

test("an administrator sees the queues, and what was given up is tried again or discarded", async ({ browser }) => {
  test.slow();
  const mail = await moodyMailServer();
  const server = await startServer({ CMMC_MAIL__BACKEND: "smtp", CMMC_MAIL__HOST: "127.0.0.1", CMMC_MAIL__PORT: `${mail.port}`, CMMC_MAIL__TLS: "none" });
  const context = await browser.newContext({ baseURL: server.url });
  try {
    const installation = await Installation.setUp(server);
    const page = await context.newPage();
    await signIn(page, installation.administrator);
    await page.goto("/installation");
    await page.getByRole("link", { name: "Background jobs" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Background jobs" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "No job fails" })).toBeVisible();
    await expect(page.getByRole("row", { name: /Decides which notifications go out by e-mail now/ }).last()).toContainText("every 2 minutes, and at each start");
    mail.willing = false;
    for (const name of ["Mia Mailless", "Noa Nowhere"]) {
      await installation.admin.call("POST", "/users", { email: `${name.split(" ")[0]?.toLowerCase()}@example.com`, name });
    }
    const jobs = page.getByRole("table", { name: "Jobs" });
    const rows = jobs.getByRole("row", { name: /Sends a mail about an account/ });
    // The page looks by itself.
    await expect(async () => expect(await rows.count()).toBeGreaterThanOrEqual(2)).toPass({ timeout: 60_000 });
    // Until no mail is under way, and the list has all that the queue counts.
    const queue = page.getByRole("table", { name: "Queues" }).getByRole("row", { name: /Sends a mail about an account/ });
    await expect(async () => {
      const counts = await queue.getByRole("cell").allInnerTexts();
      expect(counts.slice(1, 3)).toEqual(["0", "0"]);
      expect(await rows.count()).toBe(Number(counts[3]));
    }).toPass({ timeout: 30_000 });
    await expect(rows.first()).toContainText("Given up");
    await expect(rows.first()).toContainText("the mail server refuses this mail for good (550)");
    const before = await rows.count();
    await screenshots(page, "jobs");

    await rows.first().getByRole("button", { name: /^Discard/ }).click();
    await expect(page.getByRole("dialog")).toContainText("It will never be done");
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await expect(rows).toHaveCount(before - 1);
    const taken = mail.taken;
    mail.willing = true;
    await rows.first().getByRole("button", { name: /^Try again/ }).click();
    await expect(page.getByText("The job waits for a worker.")).toBeVisible();
    await expect(async () => expect(mail.taken).toBeGreaterThan(taken)).toPass({ timeout: 15_000 });
    await expect(rows, "what was done at last is not among those that were given up").toHaveCount(before - 2, { timeout: 30_000 });

    // What fails for a while waits to be tried again, and can be tried at once.
    mail.busy = true;
    await installation.admin.call("POST", "/users", { email: "tara@example.com", name: "Tara Tryagain" });
    const waits = rows.filter({ hasText: "Trying again" });
    await expect(waits).toHaveCount(1, { timeout: 60_000 });
    await expect(waits).toContainText(/at \d/);
    await expect(waits.getByRole("button", { name: /^Discard/ })).toHaveCount(0);
    await screenshots(page, "jobs-trying-again");
    mail.busy = false;
    const sent = mail.taken;
    await waits.getByRole("button", { name: /^Try now/ }).click();
    await expect(async () => expect(mail.taken).toBeGreaterThan(sent)).toPass({ timeout: 30_000 });
    await expect(waits).toHaveCount(0, { timeout: 30_000 });

    // A schedule is run by hand, and its queue is looked at.
    const schedules = page.getByRole("table", { name: "Schedules" });
    await schedules.getByRole("button", { name: "Run now: Throws away what has served its time" }).click();
    await page.getByRole("table", { name: "Queues" }).getByRole("link", { name: "vacuum" }).click();
    await expect(page).toHaveURL(/queue=vacuum/);
    await expect(jobs.getByRole("row", { name: /Throws away/ }).first()).toContainText(/Done|Running|Waiting/);
    await page.getByRole("link", { name: "Take the filter Queue vacuum away" }).click();
    await expect(page).not.toHaveURL(/queue=/);

    // Nobody else sees it.
    const { person } = await installation.member(await installation.system("Jobs enclave"), "Vera Viewer", "viewer");
    const other = await (await browser.newContext({ baseURL: server.url })).newPage();
    await signIn(other, person);
    await other.goto("/installation/jobs");
    await expect(other.getByRole("heading", { name: "Your role does not reach here" })).toBeVisible();
  } finally {
    await context.close();
    await server.stop();
    mail.close();
  }
});

test("a job that runs for long is looked at until it has ended, and then stands among those that ended", async ({ page, installation }) => {
  await signIn(page, installation.administrator);
  // The answers say for a while that a job runs, and say it in the same bytes each time.
  let looks = 0;
  await page.route("**/api/v1/job-queues", async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { items: { queue: string; running: number; done: number }[] };
    const queue = body.items.find((one) => one.queue === "vacuum");
    if (!queue) throw new Error("no such queue");
    looks += 1;
    Object.assign(queue, looks <= 4 ? { running: 1, done: 41 } : { running: 0, done: 42 });
    return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
  });
  let lists = 0;
  page.on("request", (request) => (lists += request.url().includes("/api/v1/jobs") ? 1 : 0));
  await page.goto("/installation/jobs");
  const row = page.getByRole("table", { name: "Queues" }).getByRole("row", { name: /Throws away what has served its time/ });
  await expect(row.getByRole("cell").nth(2)).toHaveText("1");
  await row.getByRole("link", { name: "vacuum" }).focus();
  const before = lists;
  await expect(row.getByRole("cell").nth(2)).toHaveText("0", { timeout: 30_000 });
  await expect(row.getByRole("cell").nth(4)).toHaveText("42");
  await expect(row.getByRole("link", { name: "vacuum" }), "what has the focus keeps it when newer content comes").toBeFocused();
  expect(looks).toBeGreaterThan(4);
  await expect(async () => expect(lists, "the list is read again when one has ended").toBeGreaterThan(before)).toPass({ timeout: 10_000 });
});
