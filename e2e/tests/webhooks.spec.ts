// Webhooks as a manager sets them up: the secret shown once, messages that arrive signed, failures that are seen and sent again.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { Installation, signIn } from "../fixtures/installation.ts";
import { screenshots } from "../fixtures/screens.ts";
import { startServer } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";

interface Message {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Somebody who is told; answers with `status`. */
async function startReceiver() {
  const state = { status: 204, messages: [] as Message[], url: "", close: () => {} };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      state.messages.push({ headers: request.headers, body });
      response.writeHead(state.status).end(state.status === 204 ? undefined : "the database is away");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  state.url = `http://127.0.0.1:${address.port}/hook`;
  state.close = () => server.close();
  return state;
}

test("a manager sets a webhook up, sees its messages, and sends one again", async ({ browser }) => {
  test.slow();
  const receiver = await startReceiver();
  const server = await startServer({ CMMC_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES: "true", CMMC_WEBHOOKS__ALLOW_HTTP: "true" });
  const context = await browser.newContext({ baseURL: server.url });
  try {
    const installation = await Installation.setUp(server);
    const system = await installation.system("Hooked enclave");
    const page = await context.newPage();
    await signIn(page, installation.administrator);
    await page.goto(`/s/${system}/settings`);
    await page.getByRole("main").getByRole("link", { name: "Webhooks" }).click();
    await expect(page.getByRole("heading", { name: "No webhook yet" })).toBeVisible();
    await page.getByRole("button", { name: "Set one up" }).click();
    await expect(page.getByRole("dialog", { name: "New webhook" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);

    await page.getByRole("button", { name: "New webhook" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Ticket desk");
    await dialog.getByLabel("Address").fill("ftp://nowhere");
    await dialog.getByRole("button", { name: "Create webhook" }).click();
    await expect(dialog.getByRole("alert").first()).toContainText("Some fields need another look");
    await dialog.getByLabel("Address").fill(receiver.url);
    await dialog.getByRole("checkbox", { name: /A task was assigned/ }).check();
    await expect(dialog.getByText("Choose at least one.")).toHaveCount(0);
    await screenshots(page, "webhook-new");
    await dialog.getByRole("button", { name: "Create webhook" }).click();
    const secret = await dialog.locator("code").innerText();
    expect(secret).toMatch(/^whsec_/);
    await dialog.getByRole("button", { name: "Done" }).click();
    const hooks = page.getByRole("table", { name: "Webhooks" });
    await expect(hooks.getByRole("row", { name: /Ticket desk/ })).toContainText("On");
    await expect(page.getByText(secret)).toHaveCount(0);

    const { person } = await installation.member(system, "Hugo Hook", "contributor");
    await installation.admin.call("POST", `/systems/${system}/tasks`, { title: "Rotate keys", assignee: person.id });
    await expect(async () => expect(receiver.messages).toHaveLength(1)).toPass({ timeout: 15_000 });
    const { headers, body } = receiver.messages[0] as Message;
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
    expect(JSON.parse(body).data.text).toBe("TASK-1 was assigned: Rotate keys");

    await hooks.getByRole("link", { name: "Ticket desk" }).click();
    const messages = page.getByRole("table", { name: "Messages" });
    receiver.messages.length = 0;
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect(page.getByText("A test is on its way.", { exact: false }).first()).toBeVisible();
    await expect(messages.getByRole("row", { name: /This is a test/ })).toContainText("Delivered", { timeout: 30_000 });
    expect(JSON.parse(receiver.messages[0]?.body ?? "{}").type).toBe("webhook.test");
    // What arrived already is sent a second time only by who was asked.
    receiver.messages.length = 0;
    await page.getByRole("button", { name: "Send the last day again" }).click();
    const question = page.getByRole("dialog", { name: "Send the last day again?" });
    await expect(question).toContainText("What has arrived already arrives a second time");
    await screenshots(page, "webhook-replay");
    await question.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    expect(receiver.messages).toHaveLength(0);
    await page.getByRole("button", { name: "Send the last day again" }).click();
    await question.getByRole("button", { name: "Send again" }).click();
    await expect(page.getByText("1 message is sent once more.").first()).toBeVisible();
    await expect(messages.getByText("sent again")).toHaveCount(1, { timeout: 30_000 });
    await expect(async () => expect(receiver.messages).toHaveLength(1)).toPass({ timeout: 15_000 });
    receiver.messages.splice(0, 1, { headers, body });

    receiver.status = 503;
    await installation.admin.call("POST", `/systems/${system}/tasks`, { title: "Patch hosts", assignee: person.id });
    await expect(async () => expect(receiver.messages).toHaveLength(2)).toPass({ timeout: 15_000 });
    // What happens elsewhere is seen when the page is opened again; from then on it looks by itself until it has the answer.
    await page.reload();
    await expect(messages.getByRole("row", { name: /Patch hosts/ })).toContainText("503", { timeout: 30_000 });
    await expect(messages.getByRole("row", { name: /Patch hosts/ })).toContainText("the database is away");
    await expect(hooks.getByRole("row", { name: /Ticket desk/ })).toContainText("Failing");
    await screenshots(page, "webhooks");

    receiver.status = 204;
    await messages.getByRole("button", { name: /^Send again: TASK-1/ }).first().click();
    await expect(async () => expect(receiver.messages.length).toBeGreaterThanOrEqual(3)).toPass({ timeout: 15_000 });
    expect(receiver.messages.at(-1)?.headers["webhook-id"]).toBe(headers["webhook-id"]);
    const again = messages.getByRole("row", { name: /Rotate keys/ });
    // What is sent again is a line of its own, which the page follows until it has arrived.
    await expect(again).toHaveCount(3, { timeout: 30_000 });
    await expect(again.first()).toContainText("Delivered", { timeout: 30_000 });
    await expect(again.first().getByRole("cell").nth(3)).toHaveText("1");

    await hooks.getByRole("button", { name: "Turn off: Ticket desk" }).click();
    await expect(hooks.getByRole("row", { name: /Ticket desk/ })).toContainText("Off");
    await hooks.getByRole("button", { name: "Delete: Ticket desk" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("heading", { name: "No webhook yet" })).toBeVisible();
  } finally {
    await context.close();
    await server.stop();
    receiver.close();
  }
});

test("a message that waits for long is looked at until it has arrived, and the webhook's state follows", async ({ page, installation }) => {
  const system = await installation.system("Hooked for long");
  const kinds = ["task.assigned"];
  const { webhook } = await installation.admin.call<{ webhook: { id: string } }>("POST", `/systems/${system}/webhooks`, { name: "Slow desk", url: "https://hooks.example.com/slow", format: "standard", kinds });
  const message = { id: webhook.id, message_id: webhook.id, kind: "task.assigned", text: "TASK-1 was assigned: Rotate keys", state: "waiting", attempts: 0, next_attempt_at: new Date().toISOString(), status: null, duration_ms: null, error: null, excerpt: null, replayed: false, created_at: new Date().toISOString(), ended_at: null };
  await signIn(page, installation.administrator);
  let looks = 0;
  await page.route(`**/webhooks/${webhook.id}/deliveries`, (route) => {
    looks += 1;
    const items = [looks <= 4 ? message : { ...message, state: "delivered", attempts: 1, next_attempt_at: null, status: 204, duration_ms: 7, ended_at: message.created_at }];
    return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify({ items, page: { next: null, prev: null, total: null } }) });
  });
  let states = 0;
  page.on("request", (request) => (states += request.url().endsWith(`/systems/${system}/webhooks`) ? 1 : 0));
  await page.goto(`/s/${system}/webhooks?webhook=${webhook.id}`);
  const row = page.getByRole("table", { name: "Messages" }).getByRole("row", { name: /Rotate keys/ });
  await expect(row).toContainText("Waiting");
  const before = states;
  await expect(row).toContainText("204 in 7 ms", { timeout: 30_000 });
  await expect(async () => expect(states, "the webhook is read again").toBeGreaterThan(before)).toPass({ timeout: 10_000 });
});
