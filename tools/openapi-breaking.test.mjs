import assert from "node:assert/strict";
import { test } from "node:test";
import { announcements, breakingChanges, unannounced } from "./openapi-breaking.mjs";

/** A small document; `edit` changes the copy that is the newer version. */
const base = () => ({
  paths: {
    "/tasks/{id}": {
      get: {
        operationId: "task_get",
        parameters: [{ in: "path", name: "id", required: true, schema: { type: "string" } }, { in: "query", name: "sort", schema: { type: "string", enum: ["due", "-due"] } }],
        responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Task" } } } }, 404: {} },
      },
      patch: {
        operationId: "task_patch",
        requestBody: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/TaskPatch" } } } },
        responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Task" } } } } },
      },
    },
  },
  components: {
    schemas: {
      Task: {
        type: "object",
        required: ["id", "title"],
        properties: { id: { type: "string", format: "uuid" }, title: { type: "string" }, state: { $ref: "#/components/schemas/State" }, parent: { $ref: "#/components/schemas/Task" } },
      },
      TaskPatch: { type: "object", properties: { title: { type: "string" }, points: { type: ["integer", "null"] } } },
      State: { type: "string", enum: ["open", "done"] },
    },
  },
});
const changes = (edit) => {
  const after = base();
  edit(after, after.components.schemas);
  return breakingChanges(base(), after).map(({ text }) => text);
};

const breaking = {
  "a removed operation": [(doc) => delete doc.paths["/tasks/{id}"].patch, /task_patch: PATCH .* is gone/],
  "a removed path": [(doc) => delete doc.paths["/tasks/{id}"], /task_get: GET .* is gone/],
  "a renamed operation": [(doc) => (doc.paths["/tasks/{id}"].get.operationId = "get_task"), /is now called get_task/],
  "a removed response field": [(_, s) => delete s.Task.properties.title, /response field Task.title is gone/],
  "a response field that may be absent": [(_, s) => (s.Task.required = ["id"]), /Task.title may now be absent/],
  "a removed request field": [(_, s) => delete s.TaskPatch.properties.title, /request field TaskPatch.title is gone/],
  "a newly required request field": [(_, s) => (s.TaskPatch.required = ["title"]), /TaskPatch.title is now required/],
  "a new required request field": [(_, s) => Object.assign(s.TaskPatch, { required: ["why"], properties: { ...s.TaskPatch.properties, why: { type: "string" } } }), /TaskPatch.why is now required/],
  "a changed type": [(_, s) => (s.Task.properties.title.type = "integer"), /Task.title was string and is integer/],
  "a changed format": [(_, s) => (s.Task.properties.id.format = "int64"), /Task.id was uuid and is int64/],
  "a request type that accepts less": [(_, s) => (s.TaskPatch.properties.points.type = "integer"), /TaskPatch.points was integer\|null/],
  "a removed enum value": [(_, s) => s.State.enum.pop(), /State no longer knows "done"/],
  "a removed parameter value": [(doc) => doc.paths["/tasks/{id}"].get.parameters[1].schema.enum.pop(), /parameter sort no longer knows "-due"/],
  "a removed parameter": [(doc) => doc.paths["/tasks/{id}"].get.parameters.pop(), /parameter query sort is gone/],
  "a newly required parameter": [(doc) => (doc.paths["/tasks/{id}"].get.parameters[1].required = true), /parameter query sort is now required/],
  "a removed success status": [(doc) => delete doc.paths["/tasks/{id}"].patch.responses[200], /no longer answers 200/],
};
for (const [name, [edit, expected]] of Object.entries(breaking)) {
  test(`${name} is breaking`, () => {
    const found = changes(edit);
    assert.ok(found.some((text) => expected.test(text)), `found: ${found.join("; ") || "nothing"}`);
  });
}

const compatible = {
  "nothing changed": () => {},
  "a new operation": (doc) => (doc.paths["/more"] = { get: { responses: {} } }),
  "a new response field": (_, s) => (s.Task.properties.due = { type: "string" }),
  "a new optional request field": (_, s) => (s.TaskPatch.properties.due = { type: "string" }),
  "a new enum value": (_, s) => s.State.enum.push("blocked"),
  "a request type that accepts more": (_, s) => (s.TaskPatch.properties.title.type = ["string", "null"]),
  "a renamed path parameter": (doc) => {
    doc.paths["/tasks/{task}"] = doc.paths["/tasks/{id}"];
    delete doc.paths["/tasks/{id}"];
    doc.paths["/tasks/{task}"].get.parameters[0].name = "task";
  },
};
for (const [name, edit] of Object.entries(compatible)) test(`${name} is not breaking`, () => assert.deepEqual(changes(edit), []));

test("an announcement names the operation or the schema, in the Unreleased section", () => {
  const after = base();
  delete after.components.schemas.Task.properties.title;
  const found = breakingChanges(base(), after);
  const left = (text, sections) => unannounced(found, announcements(text, sections)).length;
  assert.equal(left("# Changes\n\n## Unreleased\n- BREAKING: Task: title is gone\n"), 0);
  assert.equal(left("## Unreleased\nBREAKING: task_get has no title\n"), 0);
  assert.equal(left("## Unreleased\n- BREAKING: TaskPatch: something else\n"), 1);
  assert.equal(left("## Unreleased\n- Task: title is gone\n"), 1);
  const released = "## Unreleased\n\n## 1.2.0\n- BREAKING: Task: title is gone\n";
  assert.equal(left(released), 1);
  assert.equal(left(released, 2), 0);
});
