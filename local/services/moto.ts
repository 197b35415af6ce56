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
import { fileURLToPath } from "node:url";
import { LocalFault } from "../fault.ts";
import { digestOf } from "../home.ts";
import { exclusively } from "../lock.ts";
import { findPython, type Python } from "./moto-python.ts";

/** How moto is started. It prints its port on standard output and ends when its standard input is closed. */
export interface MotoCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Folder of the virtual environment, which is made again when it is removed. */
  readonly environment: string;
}

/** Where and how moto's virtual environment is made. */
export interface MotoOptions {
  /** Cache folder that all clones share; one folder per set of packages is made in it. */
  readonly directory: string;
  /** Told what happens while packages are installed; not called when there is nothing to do. */
  progress(text: string): void;
  /** @default - the pinned packages of requirements.txt beside this file */
  readonly requirements?: string;
  /** @default - the first fit one on PATH */
  readonly findPython?: () => Promise<Python>;
}

const requirementsFile = fileURLToPath(new URL("requirements.txt", import.meta.url));
const serverFile = fileURLToPath(new URL("moto_server.py", import.meta.url));

const hour = 3_600_000;
const unusedTooLong = 90 * 24 * hour;

/** Which interpreter a finished environment was made with; written last, so that its presence means "finished". */
const markerName = "made-with.json";

/**
 * Makes the virtual environment that moto runs in, once; later calls find it without starting a process.
 * Installing takes about 12 seconds and 140 MB. Two at once: the second waits for the first.
 *
 * @throws LocalFault where Python, its venv module or the package index is missing
 */
export async function prepareMoto(options: MotoOptions): Promise<MotoCommand> {
  const requirements = options.requirements ?? requirementsFile;
  const prefix = `moto-${digestOf(readFileSync(requirements, "utf8"))}`;
  mkdirSync(options.directory, { recursive: true });
  const made = findMade(options.directory, prefix);
  if (made !== undefined) return commandOf(made);

  const python = await (options.findPython ?? findPython)();
  return exclusively(
    join(options.directory, "moto.lock"),
    async () => {
      const madeMeanwhile = findMade(options.directory, prefix);
      if (madeMeanwhile !== undefined) return commandOf(madeMeanwhile);
      removeUnused(options.directory);
      const target = join(options.directory, `${prefix}-${python.version}`);
      await make(target, python, requirements, options.progress);
      return commandOf(target);
    },
    () => options.progress("another process installs the local S3: waiting for it"),
  );
}

function commandOf(environment: string): MotoCommand {
  const now = new Date();
  utimesSync(join(environment, markerName), now, now);
  return { program: join(environment, "bin", "python"), args: ["-u", serverFile], environment };
}

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
  requirements: string,
  progress: (text: string) => void,
): Promise<void> {
  const building = `${target}.building-${randomBytes(4).toString("hex")}`;
  try {
    progress("installing the local S3 (moto) once, which takes about 12 seconds");
    await run(python.executable, ["-m", "venv", building]);
    // Environments may be moved as long as nothing but their `python` is started.
    await run(
      join(building, "bin", "python"),
      [
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-input",
        "--disable-pip-version-check",
        "--retries=2",
        `--requirement=${requirements}`,
      ],
      (line) => {
        const collected = /^Collecting ([\w.-]+)/.exec(line)?.[1];
        if (collected !== undefined) progress(`installing the local S3: ${collected}`);
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
function removeUnused(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!/^moto-[0-9a-f]+-/.test(name)) continue;
    const path = join(directory, name);
    const marker = statSync(join(path, markerName), { throwIfNoEntry: false });
    const age = Date.now() - (marker ?? statSync(path)).mtimeMs;
    if (age > (name.includes(".building-") ? hour : unusedTooLong))
      rmSync(path, { recursive: true, force: true });
  }
}

/** Runs a step of the installation. @throws LocalFault with the last lines of what it printed when it fails */
async function run(program: string, args: readonly string[], onLine?: (line: string) => void): Promise<void> {
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
  if (exitCode !== 0) throw new LocalFault(installFault(printed));
}

const offline =
  /name resolution|Name or service not known|nodename nor servname|Network is unreachable|No route to host|Connection refused|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|from versions: none/;

function installFault(printed: readonly string[]): string {
  const reason = printed.findLast((line) => line.startsWith("ERROR:")) ?? printed.at(-1) ?? "no output";
  return printed.some((line) => offline.test(line))
    ? "the packages of the local S3 (moto) are not installed yet and pip reaches no package index: run it once with a connection, or name an index in pip's own settings"
    : `the local S3 (moto) could not be installed, its installer says "${reason.replace(/^ERROR: /, "")}": mend that and run it again`;
}
