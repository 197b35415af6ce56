import { stackFileSchema } from "./schema.ts";
import { formsOf, inCode, isEmpty, isJson, type Json, partsIn, typeText } from "./setting-types.ts";

/** Where a page is: what it has told already, by its text, with the place. */
interface Place {
  path: string;
  depth: number;
  told: Map<string, string>;
}

const within = ({ path, depth, told }: Place, name: string): Place => ({
  path: path === "" ? name : `${path}.${name}`,
  depth: depth + 1,
  told,
});

/** A group of settings of fewer lines is told again rather than referred to. */
const fewLines = 3;

/** One setting as an item of a list, and those inside it as items below; a group that was told already is only named. */
function item(name: string, schema: Json, isNeeded: boolean, place: Place): string[] {
  const { description = "", default: preset, examples } = schema;
  const [example] = Array.isArray(examples) ? examples : [];
  const facts = [
    typeText(schema),
    ...(isNeeded ? ["**must be set**"] : []),
    ...(preset === undefined || isEmpty(preset) ? [] : [`default ${inCode(preset)}`]),
  ];
  const isShown = example !== undefined && JSON.stringify(example) !== JSON.stringify(preset);
  const line = `- **\`${name}\`** (${facts.join("; ")}): ${String(description)}${isShown ? ` Example: ${inCode(example)}.` : ""}`;
  const inner = within(place, name);
  const { properties, items, additionalProperties, anyOf, oneOf } = schema;
  const group = JSON.stringify([properties, items, additionalProperties, anyOf, oneOf]);
  const before = place.told.get(group);
  const lines = before === undefined ? inside(schema, inner) : [];
  if (lines.length >= fewLines) place.told.set(group, inner.path);
  const indent = "  ".repeat(place.depth);
  return before === undefined
    ? [`${indent}${line}`, ...lines]
    : [`${indent}${line} The settings inside are those of \`${before}\`.`];
}

/** The settings inside one: of a block, of each entry, of each form. */
function inside(schema: Json, place: Place, leftOut?: string): string[] {
  const { properties, required, items, additionalProperties } = schema;
  const needed = Array.isArray(required) ? required : [];
  return [
    ...partsIn(properties)
      .filter(([name]) => name !== leftOut)
      .flatMap(([name, one]) => item(name, one, needed.includes(name) && !("default" in one), place)),
    ...(isJson(items) ? inside(items, place) : []),
    ...(isJson(additionalProperties) ? entries(additionalProperties, place) : []),
    ...formsOf(schema)
      .filter((form) => form["type"] !== "array" && "properties" in form)
      .flatMap((form) => formItems(form, place)),
    ...formsOf(schema)
      .filter((form) => isJson(form["items"]))
      .flatMap((form) => inside(form, place)),
  ];
}

/** What stands behind each name of a block of free names. */
function entries(schema: Json, place: Place): string[] {
  const lines = inside(schema, within(place, "*"));
  if (lines.length === 0) return [];
  const { description = "" } = schema;
  const text = description === "" ? "" : `: ${String(description)}`;
  return [`${"  ".repeat(place.depth)}- *behind each name* (${typeText(schema)})${text}`, ...lines];
}

/** One of several forms of a block, told by what makes it this one. */
function formItems(form: Json, place: Place): string[] {
  const parts = partsIn(form["properties"]);
  const kind = parts.find(([, one]) => "const" in one);
  const [first] = parts;
  const title =
    kind === undefined ? `with \`${first?.[0]}\`` : `with \`${kind[0]}: ${String(kind[1]["const"])}\``;
  const { description = kind?.[1]["description"] ?? "" } = form;
  const text = description === "" ? "" : `: ${String(description)}`;
  return [
    `${"  ".repeat(place.depth)}- *${title}*${text}`,
    ...inside(form, { ...place, depth: place.depth + 1 }, kind?.[0]),
  ];
}

/** A block with its example and its settings. */
function section(key: string, schema: Json): string {
  const name = key.replace(/^slipway:/, "");
  const [example] = Array.isArray(schema["examples"]) ? schema["examples"] : [];
  const yaml = example === undefined ? [] : ["", "```yaml", `${key}: ${flow(example)}`, "```"];
  return [
    `## ${name}`,
    "",
    String(schema["description"] ?? ""),
    ...yaml,
    "",
    ...inside(schema, { path: name, depth: 0, told: new Map() }),
  ].join("\n");
}

/** A value as YAML writes it in one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (isJson(value))
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key}: ${flow(one)}`)
      .join(", ")} }`;
  const text = String(value);
  return typeof value === "string" && !/^[A-Za-z][\w./-]*$/.test(text) && !/^https?:\S+$/.test(text)
    ? JSON.stringify(value)
    : text;
}

/** The page `docs/settings.md`: every setting of a stack file, by block. */
export function settingsPage(): string {
  const { properties } = stackFileSchema();
  const config = isJson(properties) && isJson(properties["config"]) ? properties["config"] : {};
  const keys = partsIn(config["properties"]);
  const ofSlipway = keys.filter(([key]) => key.startsWith("slipway:"));
  const others = keys.filter(([key]) => !key.startsWith("slipway:"));
  const index = ofSlipway.map(([key, { description }]) => {
    const name = key.replace(/^slipway:/, "");
    return `| [\`${key}\`](#${name}) | ${String(description)} |`;
  });
  return `${[
    "# The settings of a stack",
    "",
    "`npm run -s slipway -- schema --format markdown --output docs/settings.md` writes this page from the schemas that check a stack",
    "file; a test compares the two.",
    "",
    "A stack is configured by `Pulumi.<stack>.yaml`. Each block below is one key under `config`; a block that is left out is not",
    "made. A setting says what may stand there, its default, and an example; a setting without a default that need not be set",
    "says what happens without it. Rules between settings are told by `slipway plan`, and listed by `slipway rules --settings`.",
    "A secret is a key of its own, set with `pulumi config set --secret slipway:<key>`; settings named `secret` hold that key.",
    "",
    "| block | what it is about |",
    "|---|---|",
    ...index,
    "",
    ofSlipway.map(([key, schema]) => section(key, schema)).join("\n\n"),
    "",
    "## Settings of the providers",
    "",
    "These stand beside the blocks, with the namespace of their provider.",
    "",
    ...others.flatMap(([key, schema]) => item(key, schema, false, { path: "", depth: 0, told: new Map() })),
  ].join("\n")}\n`;
}
