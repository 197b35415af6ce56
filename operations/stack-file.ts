import { existsSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { OperationFault } from "./fault.ts";

/** What a `Pulumi.<stack>.yaml` says, by full configuration key (`slipway:app`, `aws:region`). */
export interface StackFile {
  /** Plain values as the engine hands them to the program: text as it is, anything else as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose value is `{ secure: … }`: only their owners can decrypt them. */
  readonly secureKeys: readonly string[];
}

/**
 * Reads a stack file without the engine. A file that is not there is an empty one.
 *
 * @throws OperationFault when the text is no YAML mapping, with the line
 */
export function readStackFile(path: string, project: string): StackFile {
  if (!existsSync(path)) return { values: {}, secureKeys: [] };
  const document = parseDocument(readFileSync(path, "utf8"));
  const [fault] = document.errors;
  if (fault !== undefined) throw new OperationFault(`${path} is no YAML: ${fault.message.split("\n")[0]}`);
  const content: unknown = document.toJS() ?? {};
  const config = isMapping(content) ? (content["config"] ?? {}) : undefined;
  if (!isMapping(config)) throw new OperationFault(`${path} must be a mapping with the key \`config\``);
  const values: Record<string, string> = {};
  const secureKeys: string[] = [];
  for (const [name, value] of Object.entries(config)) {
    const key = name.includes(":") ? name : `${project}:${name}`;
    if (isMapping(value) && typeof value["secure"] === "string") secureKeys.push(key);
    else values[key] = asText(value);
  }
  return { values, secureKeys };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
