import { type Fault, pathText } from "./faults.ts";

/** Names that a JSON text sets more than once in one place, of which only the last would count. */
export function repeatedNames(json: string): Fault[] {
  const faults: Fault[] = [];
  const open: { path: PropertyKey[]; names: Set<string> | undefined; at: PropertyKey }[] = [];
  const tokens = json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\],]/g);
  for (const [token, colon] of tokens) {
    const inside = open.at(-1);
    if (token === "{" || token === "[") {
      const path = inside === undefined ? [] : [...inside.path, inside.at];
      open.push({ path, names: token === "{" ? new Set() : undefined, at: 0 });
    } else if (token === "}" || token === "]") open.pop();
    else if (inside === undefined) continue;
    else if (token === "," && typeof inside.at === "number") inside.at += 1;
    else if (colon !== undefined && inside.names !== undefined) {
      const name: string = JSON.parse(token.slice(0, -colon.length));
      if (inside.names.has(name))
        faults.push({ path: pathText([...inside.path, name]), message: "must be set once" });
      inside.names.add(name);
      inside.at = name;
    }
  }
  return faults;
}
