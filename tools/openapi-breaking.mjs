// Finds what would break an integrator in a new OpenAPI document, and fails unless openapi/CHANGES.md announces it:
// a line under "## Unreleased" that starts with "BREAKING:" (a bullet may stand before) and names the operation id or the schema.
//   node tools/openapi-breaking.mjs                       working tree against the last committed version that differs
//   node tools/openapi-breaking.mjs OLD.json NEW.json CHANGES.md
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

const resolve = (document, node) => {
  for (let hops = 0; node?.$ref && hops < 50; hops++) {
    node = node.$ref.slice(2).split("/").reduce((at, key) => at?.[key.replace(/~1/g, "/").replace(/~0/g, "~")], document);
  }
  return node;
};
const nameOf = (node) => node?.$ref?.split("/").pop();
const typesOf = (schema) => [schema?.type ?? []].flat().sort();

/** Every breaking change as { names, text }: one of the names has to appear in the announcement. */
export function breakingChanges(before, after) {
  const found = [];
  const seen = new Set();
  const report = (where, text) => found.push({ names: [where.operation, where.schema].filter(Boolean), text: `${where.operation}: ${text}` });

  function compareSchema(oldNode, newNode, where, path, way) {
    const named = nameOf(oldNode);
    if (named) {
      // A shared schema is compared once per direction, which also ends recursion.
      const key = `${way} ${named} ${nameOf(newNode)}`;
      if (seen.has(key)) return;
      seen.add(key);
      where = { ...where, schema: named };
      path = named;
    }
    const was = resolve(before, oldNode);
    const is = resolve(after, newNode);
    if (!was || !is || was === true || is === true) return;

    compareTypes(was, is, where, path, way);
    compareEnums(was, is, where, path, way);
    const required = new Set(is.required ?? []);
    for (const [field, schema] of Object.entries(was.properties ?? {})) {
      const at = `${path}.${field}`;
      if (!is.properties || !(field in is.properties)) {
        report(where, `${way} field ${at} is gone`);
        continue;
      }
      if (way === "response" && (was.required ?? []).includes(field) && !required.has(field)) report(where, `response field ${at} may now be absent`);
      compareSchema(schema, is.properties[field], where, at, way);
    }
    if (way === "request") {
      for (const field of required) if (!(was.required ?? []).includes(field)) report(where, `request field ${path}.${field} is now required`);
    }
    if (was.items && is.items) compareSchema(was.items, is.items, where, `${path}[]`, way);
    if (typeof was.additionalProperties === "object" && typeof is.additionalProperties === "object") {
      compareSchema(was.additionalProperties, is.additionalProperties, where, `${path}{}`, way);
    }
    for (const combiner of ["allOf", "oneOf", "anyOf"]) compareParts(was[combiner] ?? [], is[combiner] ?? [], where, path, way);
  }

  // Parts are matched by schema name, the others by position.
  function compareParts(was, is, where, path, way) {
    was.forEach((part, index) => {
      const name = nameOf(part);
      const other = name ? is.find((candidate) => nameOf(candidate) === name) : is[index];
      if (!other) report(where, `${way} ${path} no longer knows ${name ?? `alternative ${index + 1}`}`);
      else compareSchema(part, other, where, path, way);
    });
  }

  function compareTypes(was, is, where, path, way) {
    const [old, now] = [typesOf(was), typesOf(is)];
    if (old.length === 0 || now.length === 0) return;
    // A request may accept more than before, a response may say less than before.
    const fine = way === "request" ? old.every((type) => accepts(now, type)) : now.every((type) => accepts(old, type));
    if (!fine) report(where, `${way} ${path} was ${old.join("|")} and is ${now.join("|")}`);
    else if (was.format && is.format && was.format !== is.format) report(where, `${way} ${path} was ${was.format} and is ${is.format}`);
  }
  const accepts = (types, type) => types.includes(type) || (type === "integer" && types.includes("number"));

  function compareEnums(was, is, where, path, way) {
    const old = was.enum ?? (was.const === undefined ? undefined : [was.const]);
    const now = is.enum ?? (is.const === undefined ? undefined : [is.const]);
    if (old && now) {
      for (const value of old) if (!now.includes(value)) report(where, `${way} ${path} no longer knows ${JSON.stringify(value)}`);
    } else if (!old && now && way === "request") report(where, `request ${path} is now limited to ${now.length} values`);
  }

  function compareContent(was, is, where, path, way) {
    for (const [type, media] of Object.entries(was ?? {})) {
      if (!is?.[type]) report(where, `${way} ${path} no longer comes as ${type}`);
      else if (media.schema && is[type].schema) compareSchema(media.schema, is[type].schema, where, path, way);
    }
  }

  function compareParameters(was, is, where) {
    const index = (document, list) => new Map(list.map((entry) => resolve(document, entry)).map((entry) => [`${entry.in} ${entry.name}`, entry]));
    const [old, now] = [index(before, was), index(after, is)];
    for (const [key, parameter] of old) {
      const next = now.get(key);
      // A path parameter may be renamed freely: its place counts, and the path has been compared.
      if (!next) { if (parameter.in !== "path") report(where, `parameter ${key} is gone`); }
      else if (parameter.schema && next.schema) compareSchema(parameter.schema, next.schema, where, `parameter ${parameter.name}`, "request");
    }
    for (const [key, parameter] of now) {
      if (parameter.in !== "path" && parameter.required && !old.get(key)?.required) report(where, `parameter ${key} is now required`);
    }
  }

  const shape = (path) => path.replace(/\{[^}]*\}/g, "{}");
  const paths = new Map(Object.entries(after.paths ?? {}).map(([path, item]) => [shape(path), item]));
  for (const [path, oldItem] of Object.entries(before.paths ?? {})) {
    const newItem = paths.get(shape(path));
    for (const method of METHODS.filter((name) => oldItem[name])) {
      const was = oldItem[method];
      const is = newItem?.[method];
      const where = { operation: was.operationId ?? `${method.toUpperCase()} ${path}` };
      if (!is) { report(where, `${method.toUpperCase()} ${path} is gone`); continue; }
      if (was.operationId && was.operationId !== is.operationId) report(where, `is now called ${is.operationId}`);
      compareParameters([...(oldItem.parameters ?? []), ...(was.parameters ?? [])], [...(newItem.parameters ?? []), ...(is.parameters ?? [])], where);
      const [oldBody, newBody] = [resolve(before, was.requestBody), resolve(after, is.requestBody)];
      if (newBody?.required && !oldBody?.required) report(where, "a request body is now required");
      if (oldBody) compareContent(oldBody.content, newBody?.content, where, "body", "request");
      for (const [status, response] of Object.entries(was.responses ?? {})) {
        const next = is.responses?.[status];
        if (!next) { if (/^2/.test(status)) report(where, `no longer answers ${status}`); }
        else compareContent(resolve(before, response).content, resolve(after, next).content, where, status, "response");
      }
    }
  }
  return found;
}

/** The BREAKING lines of the first `sections` sections of CHANGES.md (the first one being Unreleased). */
export function announcements(changes, sections = 1) {
  return changes.split(/^## /m).slice(1, 1 + sections).filter((section, index) => index > 0 || /^\[?Unreleased/i.test(section))
    .flatMap((section) => section.split("\n")).filter((line) => /^\s*(?:[-*]\s+)?BREAKING:/.test(line));
}

export function unannounced(found, lines) {
  const named = (name) => lines.some((line) => new RegExp(`(^|[^\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}($|[^\\w-])`).test(line));
  return found.filter(({ names }) => !names.some(named));
}

const FILE = "openapi/openapi.json";

/** The last committed version that is not the one in the working tree; undefined when there is none. */
function previousVersion(root, now) {
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
  try {
    const commits = git("log", "-n", "3", "--format=%H", "--", FILE).split("\n").filter(Boolean);
    for (const [age, commit] of commits.entries()) {
      let text;
      try { text = git("show", `${commit}:${FILE}`); } catch { continue; }
      if (text !== now) return { text, committed: age > 0 };
    }
  } catch { /* no repository, or no commit yet: nothing has been promised */ }
  return undefined;
}

function main([oldFile, newFile, changesFile]) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const now = readFileSync(newFile ?? `${root}${FILE}`, "utf8");
  const previous = oldFile ? { text: readFileSync(oldFile, "utf8"), committed: false } : previousVersion(root, now);
  if (!previous) return console.log("No earlier OpenAPI document to compare with.");
  const changes = changesFile ?? `${root}openapi/CHANGES.md`;
  const found = breakingChanges(JSON.parse(previous.text), JSON.parse(now));
  // A change that is committed already may have been released since, with its announcement.
  const missing = unannounced(found, announcements(existsSync(changes) ? readFileSync(changes, "utf8") : "", previous.committed ? 2 : 1));
  for (const { text } of missing) console.error(`breaking, not announced: ${text}`);
  console.log(`${found.length} breaking changes, ${missing.length} of them not announced.`);
  if (missing.length > 0) {
    console.error('Make it compatible, or add to openapi/CHANGES.md under "## Unreleased":  - BREAKING: <operation id or schema>: <what and why>');
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
