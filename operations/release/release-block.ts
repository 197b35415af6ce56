import { isMap, isScalar, type Pair, parseDocument } from "yaml";
import { OperationFault } from "../fault.ts";
import { canonical, type Release } from "./release.ts";

/** The settings that a release writes into a stack file (`slipway:release`). */
export interface ReleaseBlock {
  version?: string | undefined;
  commit?: string | undefined;
  builtAt?: string | undefined;
  images: Record<string, string>;
}

/** What a stack file says for a release. */
export function releaseBlock({ version, commit, builtAt, components }: Release): ReleaseBlock {
  const images = Object.entries(components).flatMap(([name, part]) =>
    "digest" in part ? [[name, part.digest] as const] : [],
  );
  return { version, commit, builtAt, images: Object.fromEntries(images) };
}

/**
 * The text of a stack file with another release in it. Every byte outside of the block stays as it is, comments and order
 * included.
 *
 * @throws OperationFault for a text that is no stack file
 */
export function withReleaseBlock(text: string, path: string, block: ReleaseBlock): string {
  const document = parseDocument(text);
  const config = document.get("config");
  if (document.errors.length > 0 || !isMap(config) || config.items.length === 0)
    throw new OperationFault(
      `${path} must be a mapping with the key \`config\`, below which there are settings`,
    );
  if (config.flow) throw new OperationFault(`${path} must have one setting a line under \`config\``);
  const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : "");
  const present = config.items.find((pair) => ["slipway:release", "release"].includes(keyOf(pair)));
  const [first] = config.items;
  const indent = " ".repeat(columnOf(text, startOf(first)));
  const edited = present === undefined ? undefined : withValues(text, present, block);
  if (edited !== undefined && isBlock(edited, keyOf(present as Pair), block)) {
    assertOnlyRelease(text, edited, path);
    return edited;
  }
  const lines = blockLines(block, indent, present === undefined ? "slipway:release" : keyOf(present));
  const changed =
    present === undefined
      ? inserted(text, endOf(config.items.at(-1)), `${indent}${lines}`)
      : `${text.slice(0, startOf(present))}${lines}${text.slice(endOf(present, text))}`;
  assertOnlyRelease(text, changed, path);
  return changed;
}

/**
 * The text with the values of a block in their places, so that comments and quotes stay; undefined where an image comes or a
 * key goes, or its form is another one.
 */
function withValues(text: string, present: Pair, { images, ...rest }: ReleaseBlock): string | undefined {
  const old = present.value;
  const oldImages = isMap(old) ? old.get("images") : undefined;
  if (!isMap(old) || !isMap(oldImages)) return undefined;
  const wanted = [
    ...Object.entries(rest).map(([name, value]) => [old, name, value] as const),
    ...Object.entries(images).map(([name, value]) => [oldImages, name, value] as const),
  ];
  const edits: { from: number; to: number; value: string }[] = [];
  for (const [map, name, value] of wanted) {
    const node = map.get(name, true);
    if (value === undefined && node === undefined) continue;
    if (value !== undefined && node === undefined && map === old && !old.flow) {
      const at = startOf(old.items.find((pair) => isScalar(pair.key) && pair.key.value === "images"));
      const line = `${name}: ${JSON.stringify(value)}\n${" ".repeat(columnOf(text, at))}`;
      edits.push({ from: at, to: at, value: line });
      continue;
    }
    if (value === undefined || !isScalar(node)) return undefined;
    if (node.value === value) continue;
    const [from = 0, to = 0] = rangeOf(node);
    edits.push({ from, to, value: quotedAs(node.type, name, value) });
  }
  return edits
    .reverse()
    .sort((a, b) => b.from - a.from)
    .reduce((all, { from, to, value }) => `${all.slice(0, from)}${value}${all.slice(to)}`, text);
}

/** A version of three numbers and a digest need no quotes; what else there is gets them, unless it has them already. */
function quotedAs(style: string | undefined, name: string, value: string): string {
  if (style === "QUOTE_SINGLE") return `'${value}'`;
  return style === "PLAIN" && !["commit", "builtAt"].includes(name) ? value : JSON.stringify(value);
}

/** Whether a text says exactly this release. */
function isBlock(text: string, key: string, block: ReleaseBlock): boolean {
  const found: unknown = parseDocument(text).getIn(["config", key]);
  return isMap(found) && canonical(found.toJSON()) === canonical(block);
}

const rangeOf = (node: unknown): readonly number[] =>
  (node as { range?: readonly number[] } | null)?.range ?? [0, 0, 0];
const startOf = (pair: Pair | undefined): number => rangeOf(pair?.key)[0] ?? 0;

/** Where the value of a pair ends, without the blanks and line ends behind it. */
function endOf(pair: Pair | undefined, text?: string): number {
  const end = rangeOf(pair?.value ?? pair?.key)[1] ?? 0;
  return text === undefined ? end : text.slice(0, end).trimEnd().length;
}

function columnOf(text: string, position: number): number {
  return position - (text.lastIndexOf("\n", position - 1) + 1);
}

function inserted(text: string, end: number, lines: string): string {
  const at = text.slice(0, end).trimEnd().length;
  return `${text.slice(0, at)}\n${lines}${text.slice(at)}`;
}

/** Values in quotes: Pulumi would read some commits as numbers, and moments as dates. */
function blockLines({ version, commit, builtAt, images }: ReleaseBlock, indent: string, key: string): string {
  const inner = `${indent}  `;
  const values = Object.entries({ version, commit, builtAt }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${inner}${name}: ${JSON.stringify(value)}`],
  );
  const names = Object.keys(images).sort();
  const list = names.map((name) => `${inner}  ${name}: ${images[name]}`);
  return [
    `${key}:`,
    ...values,
    ...(list.length === 0 ? [`${inner}images: {}`] : [`${inner}images:`, ...list]),
  ].join("\n");
}

/** A file of a form that nobody thought of must not be changed elsewhere. */
function assertOnlyRelease(before: string, after: string, path: string): void {
  const rest = (text: string): string => {
    const content: unknown = parseDocument(text).toJS();
    const { config, ...top } = content as { config: Record<string, unknown> };
    const { "slipway:release": _, release: __, ...others } = config;
    return canonical({ ...top, config: others });
  };
  if (parseDocument(after).errors.length > 0 || rest(before) !== rest(after))
    throw new OperationFault(
      `${path} has a form in which slipway:release cannot be changed alone: write it on lines of its own`,
    );
}
