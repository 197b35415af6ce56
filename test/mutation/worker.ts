import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { runRegistered } from "./jest-globals.ts";

/** What the worker is asked: the tests of one file, with that file replaced by another text. */
export interface Task {
  id: number;
  file: string;
  text: string;
  tests: string[];
  /** The modules that load that file, and the tests: only these are loaded anew. */
  anew: string[];
}

/** What became of it; no failure where every test passed. Before that, a sign of life after each suite that passed. */
export type Reply = { failure: string | undefined } | "a suite passed";

const shim = new URL("jest-globals.ts", import.meta.url).href;
const stripped = new Map<string, string>();
let task: Task | undefined;
let anew = new Set<string>();

/** Modules with the number of the task in their address are loaded anew for it; what does not load the file is kept. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@jest/globals") return { url: shim, shortCircuit: true };
    const found = next(specifier, context);
    const run = /\?task=\d+$/.exec(context.parentURL ?? "")?.[0];
    return run !== undefined && anew.has(found.url) ? { ...found, url: `${found.url}${run}` } : found;
  },
  load(url, context, next) {
    const [address = "", run] = url.split("?task=");
    if (run === undefined) return next(url, context);
    const path = fileURLToPath(address);
    if (path === task?.file) return { format: "module", source: strip(task.text), shortCircuit: true };
    const source = stripped.get(path) ?? strip(readFileSync(path, "utf8"));
    stripped.set(path, source);
    return { format: "module", source, shortCircuit: true };
  },
});

const strip = (text: string): string => stripTypeScriptTypes(text, { mode: "strip" });

process.on("message", (asked: Task) => {
  void answer(asked).then((failure) => process.send?.({ failure } satisfies Reply));
});

/** The suite that failed last for each file: mostly it fails for the next change of it too. */
const failedLast = new Map<string, string>();

/** What failed, by its suite; undefined where every test passes. */
async function answer(asked: Task): Promise<string | undefined> {
  task = asked;
  const first = asked.tests.filter((test) => test === failedLast.get(asked.file));
  anew = new Set(asked.anew.map((path) => pathToFileURL(path).href));
  for (const test of new Set([...first, ...asked.tests]))
    try {
      await import(`${new URL(`file://${test}`).href}?task=${asked.id}`);
      await runRegistered();
      process.send?.("a suite passed" satisfies Reply);
    } catch (error) {
      failedLast.set(asked.file, test);
      await runRegistered().catch(() => undefined);
      return `${test}: ${stripVTControlCharacters(error instanceof Error ? error.message : String(error))}`;
    }
  return undefined;
}
