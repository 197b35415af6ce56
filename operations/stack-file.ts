import { existsSync, statSync } from "node:fs";
import { type Document, LineCounter, parseDocument } from "yaml";
import { type Fault, SettingsError } from "../components/internal/settings.ts";
import { OperationFault } from "./fault.ts";
import { readNamedFile } from "./read-file.ts";
import { changedNumbers } from "./stack-file-numbers.ts";

/** What a `Pulumi.<stack>.yaml` says, by full configuration key (`slipway:app`, `aws:region`). */
export interface StackFile {
  /** Plain values as the engine hands them to the program: text as it is, anything else as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose value is `{ secure: … }`: only their owners can decrypt them. */
  readonly secureKeys: readonly string[];
}

/** What Pulumi itself writes into a stack file. */
const engineKeys = ["encryptionsalt", "encryptedkey", "secretsprovider", "environment"];

/**
 * Reads a stack file without the engine. A file that is not there is an empty one; one that is there says what it wants
 * under `config`, be it `{}`, or holds only what Pulumi wrote when it made the stack.
 *
 * @throws OperationFault when the text is no YAML mapping, with the line
 */
export function readStackFile(path: string, project: string): StackFile {
  if (!existsSync(path)) return { values: {}, secureKeys: [] };
  const facts = statSync(path);
  if (!facts.isFile()) throw new OperationFault(`${path} must be a file`);
  refuseLarge(facts.size, path);
  return readStackText(readNamedFile(path, path, largest), path, project);
}

/**
 * The same of a text that was read elsewhere.
 *
 * @param path - what the text is called in faults
 * @throws OperationFault when the text is no YAML mapping, with the line
 */
export function readStackText(text: string, path: string, project: string): StackFile {
  refuseLarge(Buffer.byteLength(text), path);
  const config = configIn(text, path);
  const values: Record<string, string> = {};
  const secureKeys: string[] = [];
  for (const [name, value] of Object.entries(config)) {
    const key = name.includes(":") ? name : `${project}:${name}`;
    if (key in values || secureKeys.includes(key))
      throw new OperationFault(`${path} must set ${key} once: it stands there as ${name} too`);
    if (isMapping(value) && typeof value["secure"] === "string" && Object.keys(value).length > 1)
      throw new OperationFault(`${path} must have nothing beside secure in ${key}: a secret is one text`);
    if (isMapping(value) && typeof value["secure"] === "string") secureKeys.push(key);
    else values[key] = asText(value);
  }
  return { values, secureKeys };
}

/** Largest stack file that is read, bytes: those of this repository have a fiftieth of it. */
const largest = 512 * 1024;

function refuseLarge(bytes: number, path: string): void {
  if (bytes > largest) throw new OperationFault(`${path} must have at most ${largest} bytes; got ${bytes}`);
}

function configIn(source: string, path: string): Record<string, unknown> {
  const lines = new LineCounter();
  const document = documentIn(source, lines, path);
  const [fault] = document.errors;
  if (fault?.code === "MULTIPLE_DOCS")
    throw new OperationFault(`${path} must hold one document: remove the line --- and what follows it`);
  const twice = document.errors.filter(({ code }) => code === "DUPLICATE_KEY");
  if (twice.length > 0 && twice.length === document.errors.length)
    throw new OperationFault(
      `${path}, ${twice.map(({ pos }) => `line ${lines.linePos(pos[0]).line}: must not set a key again that is set above`).join("\n  ")}`,
    );
  const [text = ""] = fault?.message.split("\n") ?? [];
  if (text.startsWith("Maximum call stack")) throw new OperationFault(`${path} must not be nested so deep`);
  if (fault !== undefined) throw new OperationFault(`${path} is no YAML: ${text.replace(/[:\s]+$/, "")}`);
  const content = contentOf(document, path);
  const numbers = changedNumbers(document, lines);
  if (numbers.length > 0) throw new OperationFault(`${path}, ${numbers.slice(0, 20).join("\n  ")}`);
  const must = `${path} must be a mapping with the key \`config\``;
  const fix = "write `config: {}` to run on the default product";
  if (content === null || content === undefined)
    throw new OperationFault(`${must}, and it is empty: remove it, or ${fix}`);
  if (!isMapping(content)) throw new OperationFault(must);
  const unknown = Object.keys(content).filter((key) => key !== "config" && !engineKeys.includes(key));
  if (unknown.length > 0) {
    const got = unknown.slice(0, 3).join(", ").slice(0, 100);
    throw new OperationFault(`${must}, below which all settings are indented; got ${got}`);
  }
  if (!("config" in content)) return {};
  if (content["config"] === null) throw new OperationFault(`${must}, and that is empty: ${fix}`);
  if (!isMapping(content["config"])) throw new OperationFault(must);
  return content["config"];
}

/** Text that is nested without end would end the program that reads it. */
function documentIn(text: string, lineCounter: LineCounter, path: string): Document {
  try {
    return parseDocument(text, { lineCounter });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OperationFault(`${path} must not be nested so deep`);
  }
}

/** The values of a document, whose repeated parts (aliases) a hostile file could multiply without end. */
function contentOf(document: Document, path: string): unknown {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(content, (_key, value: unknown) => {
      if (value instanceof Set || value instanceof Map)
        throw new OperationFault(`${path} must be written without tags such as !!set and !!omap`);
      return value;
    });
    return content;
  } catch (error) {
    if (error instanceof OperationFault) throw error;
    if (error instanceof RangeError) throw new OperationFault(`${path} must not be nested so deep`);
    if (!(error instanceof ReferenceError || error instanceof TypeError)) throw error;
    throw new OperationFault(`${path} must not refer to itself, nor repeat parts (&, *) many times`);
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whose keys a stack file can hold: the program's and those of its providers and its engine. */
const namespaces = ["slipway", "aws", "digitalocean", "github", "pulumi"];

function strangeKeys(values: Readonly<Record<string, string>>): Fault[] {
  const message = `must start with one of ${namespaces.join(", ")}`;
  return Object.keys(values)
    .filter((key) => !namespaces.includes(key.split(":")[0] ?? ""))
    .map((path) => ({ path, message }));
}

/** @throws SettingsError for keys that nobody reads, such as those of a mistyped namespace */
export function refuseStrangeKeys(stack: string, values: Readonly<Record<string, string>>): void {
  const strange = strangeKeys(values);
  if (strange.length > 0) throw new SettingsError(`stack ${stack}`, strange);
}

/**
 * Reads the settings of a stack.
 *
 * @throws SettingsError for keys that nobody reads together with what is wrong with the others
 */
export function withoutStrangeKeys(
  stack: string,
  values: Readonly<Record<string, string>>,
  read: () => void,
): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(`stack ${stack}`, [...strangeKeys(values), ...error.faults]);
  }
  refuseStrangeKeys(stack, values);
}
