import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LocalFault } from "../fault.ts";
import { digestOf } from "../home.ts";
import { exclusively } from "../lock.ts";
import { findPython, type Python } from "./moto-python.ts";

/** Programs that come as Python packages. */
export interface PythonPrograms {
  /** How its folders in the cache begin, for example `moto`. */
  readonly name: string;
  /** What a person calls it, for example `the local S3 (moto)`. */
  readonly title: string;
  /** How long installing takes, for example `about 12 seconds`. */
  readonly duration: string;
  /** File that pins every package, those that others need included, by hash. */
  readonly requirements: string;
}

/** Where and how a virtual environment is made. */
export interface EnvironmentOptions {
  /** Cache folder that all clones share; one folder per set of packages is made in it. */
  readonly directory: string;
  /** Told what happens while packages are installed; not called when there is nothing to do. */
  progress(text: string): void;
  /** @default - the first fit one on PATH */
  readonly findPython?: () => Promise<Python>;
}

const hour = 3_600_000;
const unusedTooLong = 90 * 24 * hour;

/** Which interpreter a finished environment was made with; written last, so that its presence means "finished". */
const markerName = "made-with.json";

/**
 * Folder of the virtual environment that programs run in. It is made once; later calls find it without starting a
 * process. Two at once: the second waits for the first.
 *
 * @throws LocalFault where Python, its venv module or the package index is missing
 */
export async function pythonEnvironment(
  programs: PythonPrograms,
  options: EnvironmentOptions,
): Promise<string> {
  const { directory, progress } = options;
  const prefix = `${programs.name}-${digestOf(readFileSync(programs.requirements, "utf8"))}`;
  mkdirSync(directory, { recursive: true });
  const made = findMade(directory, prefix);
  if (made !== undefined) return used(made);

  const python = await (options.findPython ?? findPython)();
  return exclusively(
    join(directory, `${programs.name}.lock`),
    async () => {
      const madeMeanwhile = findMade(directory, prefix);
      if (madeMeanwhile !== undefined) return used(madeMeanwhile);
      removeUnused(directory, programs.name);
      const target = join(directory, `${prefix}-${python.version}`);
      await make(target, python, programs, progress);
      return used(target);
    },
    () => progress(`another process installs ${shortTitle(programs)}: waiting for it`),
  );
}

/** Notes that somebody uses it, so that it is not removed. */
function used(environment: string): string {
  const now = new Date();
  utimesSync(join(environment, markerName), now, now);
  return environment;
}

const shortTitle = ({ title }: PythonPrograms): string => title.replace(/ \(.*\)$/, "");

/** A finished environment whose interpreter is still the one that it was made with. */
function findMade(directory: string, prefix: string): string | undefined {
  return readdirSync(directory)
    .filter((name) => name.startsWith(`${prefix}-`) && !name.includes(".building-"))
    .map((name) => join(directory, name))
    .find((environment) => {
      const marker = readIfThere(join(environment, markerName));
      return marker !== undefined && marker === interpreterOf(environment);
    });
}

function readIfThere(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(file, "utf8");
}

/** Tells one interpreter from another that took its place, without starting it. */
function interpreterOf(environment: string): string | undefined {
  const link = join(environment, "bin", "python");
  const found = statSync(link, { throwIfNoEntry: false });
  return found === undefined
    ? undefined
    : JSON.stringify({ path: realpathSync(link), size: found.size, changed: found.mtimeMs });
}

/** Makes the environment beside its place and moves it there when it is finished: a killed install leaves no half. */
async function make(
  target: string,
  python: Python,
  programs: PythonPrograms,
  progress: (text: string) => void,
): Promise<void> {
  const building = `${target}.building-${randomBytes(4).toString("hex")}`;
  const run = async (program: string, args: readonly string[], onLine?: (line: string) => void) => {
    const printed = await failedOutput(program, args, onLine);
    if (printed !== undefined) throw new LocalFault(installFault(programs.title, printed));
  };
  try {
    progress(`installing ${programs.title} once, which takes ${programs.duration}`);
    await run(python.executable, ["-m", "venv", building]);
    // Environments may be moved as long as nothing but their `python` is started.
    await run(
      join(building, "bin", "python"),
      [
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "--no-input",
        "--disable-pip-version-check",
        "--retries=2",
        `--requirement=${programs.requirements}`,
      ],
      (line) => {
        const collected = /^Collecting ([\w.-]+)/.exec(line)?.[1];
        if (collected !== undefined) progress(`installing ${shortTitle(programs)}: ${collected}`);
      },
    );
    rmSync(target, { recursive: true, force: true });
    renameSync(building, target);
    writeFileSync(join(target, markerName), interpreterOf(target) ?? "");
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** Removes environments that nobody used for 90 days and what killed installs left more than an hour ago. */
function removeUnused(directory: string, prefix: string): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(`${prefix}-`)) continue;
    const path = join(directory, name);
    const marker = statSync(join(path, markerName), { throwIfNoEntry: false });
    const age = Date.now() - (marker ?? statSync(path)).mtimeMs;
    if (age > (name.includes(".building-") ? hour : unusedTooLong))
      rmSync(path, { recursive: true, force: true });
  }
}

/** Runs a step of the installation; what it printed where it failed. */
async function failedOutput(
  program: string,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<string[] | undefined> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      printed.push(line);
      onLine?.(line);
    });
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return exitCode === 0 ? undefined : printed;
}

const offline =
  /name resolution|Name or service not known|nodename nor servname|Network is unreachable|No route to host|Connection refused|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|from versions: none/;

function installFault(title: string, printed: readonly string[]): string {
  const reason = printed.findLast((line) => line.startsWith("ERROR:")) ?? printed.at(-1) ?? "no output";
  return printed.some((line) => offline.test(line))
    ? `the packages of ${title} are not installed yet and pip reaches no package index: run it once with a connection, or name an index in pip's own settings`
    : `${title} could not be installed, its installer says "${reason.replace(/^ERROR: /, "")}": mend that and run it again`;
}
