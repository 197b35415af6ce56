import { existsSync, statSync } from "node:fs";
import { type Fault, pathText } from "../components/internal/faults.ts";
import { SettingsError } from "../components/internal/settings.ts";
import { nearest } from "../components/internal/suggest.ts";
import { OperationFault } from "./fault.ts";
import { readNamedFile } from "./read-file.ts";
import { writtenIn } from "./stack-file-document.ts";

/** What a `Pulumi.<stack>.yaml` says, by full configuration key (`slipway:app`, `aws:region`). */
export interface StackFile {
  /** Plain values as the engine hands them to the program: text as it is, anything else as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose value is `{ secure: … }`: only their owners can decrypt them. */
  readonly secureKeys: readonly string[];
  /** What is wrong with the file itself; `readWith` tells it together with what is wrong with the settings. */
  readonly faults: readonly FileFault[];
  /** Numbers by their path as they are written, where that is another way than they are told: 1.10 is 1.1. */
  readonly spellings: ReadonlyMap<string, string>;
}

/** What is wrong with a stack file itself, in the words of its settings. */
export interface FileFault extends Fault {
  /** Whether what the settings say of the same place is no news beside it. */
  isWhole?: boolean;
}

/** What Pulumi itself writes into a stack file. */
const engineKeys = ["encryptionsalt", "encryptedkey", "secretsprovider", "environment"];

/** Whose keys a stack file can hold: the program's and those of its providers and its engine. */
const namespaces = ["slipway", "aws", "digitalocean", "github", "pulumi"];

/**
 * Reads a stack file without the engine. A file that is not there is an empty one; one that is there says what it wants
 * under `config`, be it `{}`, or holds only what Pulumi wrote when it made the stack.
 *
 * @throws OperationFault when nothing of it can be read, with the line
 */
export function readStackFile(path: string, project: string): StackFile {
  if (!existsSync(path)) return { values: {}, secureKeys: [], faults: [], spellings: new Map() };
  const facts = statSync(path);
  if (!facts.isFile()) throw new OperationFault(`${path} must be a file`);
  refuseLarge(facts.size, path);
  return readStackText(readNamedFile(path, path, largest), path, project);
}

/**
 * The same of a text that was read elsewhere.
 *
 * @param path - what the text is called in faults
 * @throws OperationFault when nothing of it can be read, with the line
 */
export function readStackText(text: string, path: string, project: string): StackFile {
  refuseLarge(Buffer.byteLength(text), path);
  const { content, writing } = writtenIn(text, path);
  const { config, faults: outline } = configIn(content, path);
  const values: Record<string, string> = {};
  const secureKeys: string[] = [];
  const inSettings = (at: readonly PropertyKey[]) =>
    settingPath(at[0] === "config" && at.length > 1 ? at.slice(1) : at, project);
  const faults = [
    ...writing.faults.map(({ at, ...fault }): FileFault => ({ ...fault, path: inSettings(at) })),
    ...outline,
  ];
  const spellings = new Map(writing.spellings.map(({ at, source }) => [inSettings(at), source]));
  for (const [name, value] of Object.entries(config)) {
    const { key, fault } = fullKey(name, config, project);
    const path = settingPath([name], project);
    if (fault !== undefined) faults.push({ path, message: fault });
    if (Object.hasOwn(values, key) || secureKeys.includes(key)) {
      if (fault === undefined)
        faults.push({ path, message: `must be set once: it stands there as ${name} too` });
      continue;
    }
    const isSecret = isMapping(value) && typeof value["secure"] === "string";
    if (isSecret && Object.keys(value).length > 1)
      faults.push({ path, message: "must have nothing beside secure: a secret is one text" });
    if (isSecret) secureKeys.push(key);
    else values[key] = asText(value);
  }
  return { values, secureKeys, faults, spellings };
}

/** Largest stack file that is read, bytes: those of this repository have a fiftieth of it. */
const largest = 512 * 1024;

function refuseLarge(bytes: number, path: string): void {
  if (bytes > largest) throw new OperationFault(`${path} must have at most ${largest} bytes; got ${bytes}`);
}

/** The full key of a setting, and what is wrong with the namespace; one that is mistyped counts as what was meant. */
function fullKey(name: string, config: object, project: string): { key: string; fault?: string } {
  if (!name.includes(":")) return { key: `${project}:${name}` };
  const [namespace = "", ...rest] = name.split(":");
  if (namespaces.includes(namespace)) return { key: name };
  const near = nearest(namespace, namespaces);
  const meant = near === undefined ? name : [near, ...rest].join(":");
  const must = `must start with one of ${namespaces.join(", ")}`;
  if (near === undefined || Object.hasOwn(config, meant)) return { key: name, fault: must };
  return { key: meant, fault: `${must}; did you mean ${pathText([meant])}?` };
}

/** What stands below `config`, and beside it in its place. */
function configIn(content: unknown, path: string): { config: Record<string, unknown>; faults: FileFault[] } {
  const must = `${path} must be a mapping with the key \`config\``;
  const fix = "write `config: {}` to run on the default product";
  if (content === null || content === undefined)
    throw new OperationFault(`${must}, and it is empty: remove it, or ${fix}`);
  if (!isMapping(content)) throw new OperationFault(must);
  const faults: FileFault[] = [];
  let { config } = content;
  if (config === null) faults.push({ path: "config", message: `must not be empty: ${fix}` });
  else if (config !== undefined && !isMapping(config))
    faults.push({ path: "config", message: "must be a mapping, below which all settings are indented" });
  const beside: Record<string, unknown> = {};
  for (const key of Object.keys(content)) {
    if (key === "config" || engineKeys.includes(key)) continue;
    const isMeant = config === undefined && isMapping(content[key]) && nearest(key, ["config"]) !== undefined;
    if (isMeant) config = content[key];
    else if (key.includes(":")) beside[key] = content[key];
    faults.push({
      path: pathText([key]),
      message: isMeant
        ? "must be config, below which all settings are indented"
        : "must be left out, or indented below config, where all settings are: the engine takes no notice of it here",
    });
  }
  return { config: { ...beside, ...(isMapping(config) ? config : {}) }, faults };
}

/** Where a setting stands, in the words of the stack file. */
function settingPath(keys: readonly PropertyKey[], project: string): string {
  const [first, ...rest] = keys;
  const name = String(first ?? "");
  return pathText([name.startsWith(`${project}:`) ? name.slice(project.length + 1) : name, ...rest]);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads the settings of a stack by its file.
 *
 * @throws SettingsError with what is wrong with the file itself together with what is wrong with its settings
 */
export function readWith<T>(stack: string, { faults, spellings }: StackFile, read: () => T): T {
  let settings: T;
  try {
    settings = read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const isTold = (path: string) => faults.some((one) => one.isWhole === true && one.path === path);
    const left = error.faults.filter(({ path }) => !isTold(path));
    throw new SettingsError(`stack ${stack}`, [...faults, ...left.map((one) => asWritten(one, spellings))]);
  }
  if (faults.length > 0) throw new SettingsError(`stack ${stack}`, faults);
  return settings;
}

/** A number that should have been a text, as it is written: the tag 1.10 is not 1.1. */
function asWritten(fault: Fault, spellings: ReadonlyMap<string, string>): Fault {
  const source = spellings.get(fault.path);
  if (source === undefined || !fault.message.startsWith("must be a text: ")) return fault;
  return { ...fault, message: fault.message.replace(/"[^"]*"$/, JSON.stringify(source.slice(0, 40))) };
}
