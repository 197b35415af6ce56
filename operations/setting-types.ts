/** A schema, or a part of one. */
export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The parts of a schema by name. */
export const partsIn = (value: unknown): [string, Json][] =>
  isJson(value) ? Object.entries(value).filter((entry): entry is [string, Json] => isJson(entry[1])) : [];

/** The forms that a value may have. */
export const formsOf = (schema: Json): Json[] => [schema["anyOf"], schema["oneOf"]].flat().filter(isJson);

/** More words than these are in the stack file's schema, which editors list them from. */
const mostWords = 12;

export const inCode = (value: unknown): string =>
  `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

/** What may stand in a place, in words: "a text", "a whole number, 1 to 65535", "one of `a`, `b`". */
export function typeText(schema: Json): string {
  const { enum: words, type, items, additionalProperties } = schema;
  if ("const" in schema) return `always ${inCode(schema["const"])}`;
  if (Array.isArray(words))
    return words.length > mostWords
      ? `one of ${words.length} words that editors list, such as ${words.slice(0, 3).map(inCode).join(", ")}`
      : `one of ${words.map(inCode).join(", ")}`;
  const forms = formsOf(schema);
  if (forms.length > 0 && forms.every((form) => "const" in form))
    return `one of ${forms.map((form) => inCode(form["const"])).join(", ")}`;
  if (forms.length > 0) return [...new Set(forms.map(typeText))].join(", or ");
  if (type === "integer" || type === "number")
    return `${type === "integer" ? "a whole number" : "a number"}${rangeOf(schema)}`;
  if (type === "array") return `a list${countOf(schema)}${isJson(items) ? `, each ${typeText(items)}` : ""}`;
  if (type === "boolean") return "`true` or `false`";
  if (type === "object") return isJson(additionalProperties) ? "blocks or values by name" : "a block";
  return type === "string" ? "a text" : "any value";
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: Json): string {
  const least = minimum ?? exclusiveMinimum;
  if (typeof least === "number" && typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER)
    return `, ${least} to ${maximum}`;
  return typeof least === "number" && least > Number.MIN_SAFE_INTEGER ? `, at least ${least}` : "";
}

const countOf = ({ minItems, maxItems }: Json): string =>
  typeof minItems === "number" && typeof maxItems === "number"
    ? ` of ${minItems} to ${maxItems}`
    : typeof maxItems === "number"
      ? ` of at most ${maxItems}`
      : typeof minItems === "number"
        ? ` of at least ${minItems}`
        : "";

export const isEmpty = (value: unknown) =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
