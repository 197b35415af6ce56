import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutant, mutantsOf } from "./mutants.ts";
import type { Task } from "./worker.ts";
import { type Became, type Outcome, outcomes } from "./workers.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where the rules are, and what they count with: what is looked at where nothing else is named. */
const ruleFiles = [
  "components/*.rules.ts",
  "components/web-app/*.rules.ts",
  "components/web-app/rules.ts",
  "components/web-app/destinations.ts",
  "components/web-app/backup-workers.ts",
  "components/cost.ts",
  "components/cost",
  "operations/secrets.ts",
  "policy",
];

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
    // The messages of the engine's protocol are no SDK.
    if (specifier.startsWith("@pulumi/") && !specifier.startsWith("@pulumi/pulumi/proto/")) return undefined;
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
const slow =
  /\/support\/(?:backups|database|faulty-s3|slipway)\.ts$|\/local\/(?:apis|services(?!\/postgres-x509)|cloud)\//;

/** The tests that load a file without the SDK, those of few modules first, and the modules between them and it. */
function testsOf(file: string): { tests: string[]; anew: string[] } {
  const found = globSync("test/**/*.test.ts", { cwd: root })
    .filter((test) => !long.test(test))
    .map((test) => join(root, test))
    .flatMap((test) => {
      const modules = reached(test);
      return modules?.has(file) && ![...modules].some((module) => slow.test(module))
        ? [{ test, modules }]
        : [];
    })
    .sort((one, other) => one.modules.size - other.modules.size);
  const modules = new Set(found.flatMap((one) => [...one.modules]));
  return {
    tests: found.map(({ test }) => test),
    anew: [...modules].filter((module) => reached(module)?.has(file)),
  };
}

/** One in so many mutants is tried, spread over each file: what there is time for on a machine with other work to do. */
const oneIn = Number(process.env["SLIPWAY_MUTATION_ONE_IN"] ?? 1);
const sampled = (all: readonly Mutant[]): Mutant[] => all.filter((_, index) => index % oneIn === 0);

let ids = 0;
function tasksOf(path: string): { tests: readonly string[]; mutants: Planned[] } {
  const file = join(root, path);
  const source = readFileSync(file, "utf8");
  const about = testsOf(file);
  return {
    tests: about.tests,
    mutants: sampled(mutantsOf(source)).map((mutant) => ({
      id: ids++,
      file,
      text: `${source.slice(0, mutant.start)}${mutant.replacement}${source.slice(mutant.end)}`,
      ...about,
      mutant,
    })),
  };
}

/** What becomes of each suite where nothing is changed. */
async function soundness(tests: Iterable<string>): Promise<Map<string, Outcome>> {
  const tasks = [...new Set(tests)].map((test) => ({
    id: ids++,
    file: test,
    text: readFileSync(test, "utf8"),
    tests: [test],
    anew: [test],
  }));
  const found = await outcomes(tasks);
  return new Map(tasks.map(({ id, file }) => [file, found.get(id) ?? { became: "killed" }]));
}

const percent = (part: number, whole: number) =>
  whole === 0 ? "–" : `${((part / whole) * 100).toFixed(1)} %`;

interface Score {
  all: number;
  killed: number;
  timedOut: number;
}

function row(name: string, { all, killed, timedOut }: Score): string {
  const alive = all - killed - timedOut;
  const numbers = [all, killed, timedOut, alive].map((number) => String(number).padStart(9));
  return `${name.padEnd(50)}${numbers.join("")}${percent(killed + timedOut, all).padStart(10)}\n`;
}

const heading = `${"".padEnd(50)}${["mutants", "killed", "timed out", "survived"].map((word) => word.padStart(9)).join("")}${"score".padStart(10)}\n`;

async function main(patterns: readonly string[]): Promise<void> {
  const files = filesOf(patterns.length === 0 ? ruleFiles : patterns).map((path) => ({
    path,
    ...tasksOf(path),
  }));
  const sound = await soundness(files.flatMap(({ tests }) => tests));
  const tested = files.filter(({ path, tests }) => {
    if (tests.length === 0) process.stdout.write(`no test without the SDK: ${path}\n`);
    const broken = tests.map((test) => sound.get(test)).find((one) => one?.became !== "survived");
    if (broken?.became === "timed out")
      process.stdout.write(`left out, its tests take too long (SLIPWAY_MUTATION_PATIENCE): ${path}\n`);
    else if (broken !== undefined)
      process.stdout.write(
        `left out, its tests fail as it is: ${path}\n  ${broken.failure ?? "the process ended"}\n`,
      );
    return broken === undefined;
  });
  const scores = new Map<string, Score>();
  for (const { path, mutants } of tested) {
    const found = await outcomes(mutants);
    const count = (outcome: Became) => mutants.filter(({ id }) => found.get(id)?.became === outcome).length;
    const score = { all: mutants.length, killed: count("killed"), timedOut: count("timed out") };
    for (const { id, mutant, file } of mutants)
      if (mutant !== undefined && found.get(id)?.became === "survived") {
        const was = readFileSync(file, "utf8").slice(mutant.start, mutant.end).split("\n")[0];
        process.stdout.write(`${relative(root, file)}:${mutant.line}  ${was}  →  ${mutant.replacement}\n`);
      }
    process.stdout.write(row(path, score));
    scores.set(path, score);
  }
  const sums = new Map<string, Score>();
  for (const [path, { all, killed, timedOut }] of scores)
    for (const folder of [dirname(path), "all"]) {
      const sum = sums.get(folder) ?? { all: 0, killed: 0, timedOut: 0 };
      sums.set(folder, {
        all: sum.all + all,
        killed: sum.killed + killed,
        timedOut: sum.timedOut + timedOut,
      });
    }
  process.stdout.write(`\n${heading}`);
  for (const [path, score] of [...scores, ...sums]) process.stdout.write(row(path, score));
}

await main(process.argv.slice(2));
