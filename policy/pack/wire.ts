import { hidden, unknown } from "../values.ts";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What the engine sends for a value that is not known yet, by the kind of the value. */
const unknowns = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** Values of the wire as rules see them: marks stand for secrets and for what nobody knows yet. */
export function plain(value: unknown): unknown {
  if (typeof value === "string") return unknowns.includes(value) ? unknown : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const signature: unknown = Reflect.get(value, signatureKey);
  if (signature === secretSignature) return hidden;
  if (signature === outputSignature) {
    if (Reflect.get(value, "secret") === true) return hidden;
    return "value" in value ? plain(value.value) : unknown;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, plain(inner)]])),
  );
}
