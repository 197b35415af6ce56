import { type ChildProcess, fork } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutant, mutantsOf } from "./mutants.ts";
import type { Task } from "./worker.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const parallel = 2;
/** A mutant that takes longer runs for ever: it counts as found. */
const patienceMs = 15_000;
/** Modules that were loaded anew are never let go, so a worker ends after so many tasks. */
const longestLife = 250;

interface Planned extends Task {
  mutant: Mutant | undefined;
}

const isText = (path: string) => path.endsWith(".ts");

/** The source files of folders, files and patterns. */
const filesOf = (patterns: readonly string[]): string[] =>
  patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .flatMap((path) =>
      statSync(join(root, path)).isDirectory() ? globSync(`${path}/**/*.ts`, { cwd: root }) : [path],
    )
    .filter(isText)
    .sort();

const imports = new Map<string, string[]>();

/** The own modules that a module loads, and their modules; undefined where the SDK is among them. */
function reached(path: string, seen = new Set<string>()): Set<string> | undefined {
  if (seen.has(path)) return seen;
  seen.add(path);
  const specifiers = imports.get(path) ?? specifiersIn(path);
  imports.set(path, specifiers);
  for (const specifier of specifiers) {
    if (specifier.startsWith("@pulumi/")) return undefined;
    if (
      specifier.startsWith(".") &&
      specifier.endsWith(".ts") &&
      reached(resolve(dirname(path), specifier), seen) === undefined
    )
      return undefined;
  }
  return seen;
}

function specifiersIn(path: string): string[] {
  const text = readFileSync(path, "utf8");
  if (/\bimport\((?!"\.\/)/.test(text) || /support\/slipway/.test(text)) return ["@pulumi/"];
  const all = /^(?:import|export)\b(?! type)[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gms;
  return [...text.matchAll(all)].map(([, from, later]) => from ?? later ?? "");
}

/** Suites that try thousands of cases, or whole flows: too long for every mutant, and what they find the tables should find. */
const long = /every-key|properties|hostile|\/release\//;
/** What starts a database, an object store or a local API: seconds for every mutant. */
const slow = /\/support\/(?:backups|database|faulty-s3|slipway)\.ts$|\/local\/(?:apis|services|cloud)\//;

/** The tests that load a file without the SDK, those of few modules first. */
function testsOf(file: string): string[] {
  return globSync("test/**/*.test.ts", { cwd: root })
    .filter((test) => !long.test(test))
    .map((test) => join(root, test))
    .map((test) => ({ test, modules: reached(test) }))
    .filter(({ modules }) => modules?.has(file) && ![...modules].some((module) => slow.test(module)))
    .sort((one, other) => (one.modules?.size ?? 0) - (other.modules?.size ?? 0))
    .map(({ test }) => test);
}

let ids = 0;
function tasksOf(path: string): { baseline: Planned; mutants: Planned[] } {
  const file = join(root, path);
  const source = readFileSync(file, "utf8");
  const tests = testsOf(file);
  const task = (text: string, mutant?: Mutant): Planned => ({ id: ids++, file, text, tests, mutant });
  return {
    baseline: task(source),
    mutants: mutantsOf(source).map((mutant) =>
      task(`${source.slice(0, mutant.start)}${mutant.replacement}${source.slice(mutant.end)}`, mutant),
    ),
  };
}

const startWorker = (): ChildProcess =>
  fork(fileURLToPath(new URL("worker.ts", import.meta.url)), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });

/** Lets workers do all tasks; answers with the ids of those whose tests all passed. */
async function survivors(tasks: readonly Task[]): Promise<Set<number>> {
  const left = [...tasks];
  const survived = new Set<number>();
  const work = async (): Promise<void> => {
    let worker = startWorker();
    for (let done = 1, task = left.shift(); task !== undefined; task = left.shift(), done++) {
      const passed = await asked(worker, task);
      if (passed === true) survived.add(task.id);
      if (passed === undefined || done % longestLife === 0) {
        worker.kill("SIGKILL");
        worker = startWorker();
      }
    }
    worker.kill();
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return survived;
}

/** Whether the tests passed; undefined where the worker did not come to an end. */
function asked(worker: ChildProcess, task: Task): Promise<boolean | undefined> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean | undefined>();
  const timer = setTimeout(() => settle(undefined), patienceMs);
  const onMessage = (reply: { survived: boolean }) => settle(reply.survived);
  const onExit = () => settle(undefined);
  worker.once("message", onMessage).once("exit", onExit);
  worker.send(task);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off("message", onMessage).off("exit", onExit);
  });
}

const percent = (part: number, whole: number) =>
  whole === 0 ? "–" : `${((part / whole) * 100).toFixed(1)} %`;

async function main(patterns: readonly string[]): Promise<void> {
  if (patterns.length === 0) {
    process.stderr.write(
      "npm run mutate -- <folder, file or pattern>…, such as policy 'components/*.rules.ts'\n",
    );
    process.exitCode = 2;
    return;
  }
  const files = filesOf(patterns).map((path) => ({ path, ...tasksOf(path) }));
  const sound = await survivors(files.map(({ baseline }) => baseline));
  const tested = files.filter(({ path, baseline }) => {
    if (!sound.has(baseline.id)) process.stdout.write(`left out, its tests fail as it is: ${path}\n`);
    else if (baseline.tests.length === 0) process.stdout.write(`no test without the SDK: ${path}\n`);
    return sound.has(baseline.id);
  });
  const folders = new Map<string, [killed: number, all: number]>();
  for (const { path, mutants } of tested) {
    const alive = await survivors(mutants);
    const left = mutants.filter(({ id }) => alive.has(id));
    for (const { mutant, file } of left)
      if (mutant !== undefined) {
        const was = readFileSync(file, "utf8").slice(mutant.start, mutant.end).split("\n")[0];
        process.stdout.write(`${relative(root, file)}:${mutant.line}  ${was}  →  ${mutant.replacement}\n`);
      }
    process.stdout.write(`${percent(mutants.length - left.length, mutants.length).padStart(8)}  ${path}\n`);
    for (const folder of [dirname(path), "all"]) {
      const [killed, all] = folders.get(folder) ?? [0, 0];
      folders.set(folder, [killed + mutants.length - left.length, all + mutants.length]);
    }
  }
  for (const [folder, [killed, all]] of folders)
    process.stdout.write(`${folder}: ${killed} of ${all} mutants found, ${percent(killed, all)}\n`);
}

await main(process.argv.slice(2));
