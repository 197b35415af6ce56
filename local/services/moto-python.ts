import { execFile } from "node:child_process";
import { LocalFault } from "../fault.ts";

/** A Python interpreter that can make virtual environments. */
export interface Python {
  /** Absolute path. */
  readonly executable: string;
  /** For example `3.11.7`. */
  readonly version: string;
}

/** What moto 5.2.5 asks for (its package metadata, read 2026-11-21). */
const oldest = { major: 3, minor: 10 };

const newestFirst = ["3.14", "3.13", "3.12", "3.11", "3.10"];

/** Commands under which Python may be found, in the order in which they are tried. */
const pythonCommands: readonly string[] = [
  "python3",
  ...newestFirst.map((version) => `python${version}`),
  "python",
];

const question = [
  "import sys, importlib.util as u",
  "print(sys.executable, '.'.join(map(str, sys.version_info[:3])), u.find_spec('venv') is not None and u.find_spec('ensurepip') is not None, sep='\\n')",
].join("\n");

/**
 * The first Python on PATH that is new enough and can make virtual environments.
 *
 * @throws LocalFault that says what to install
 */
export async function findPython(commands: readonly string[] = pythonCommands): Promise<Python> {
  const tooOld: Python[] = [];
  const withoutVenv: Python[] = [];
  for (const command of commands) {
    const answer = await ask(command);
    if (answer === undefined) continue;
    const [executable = command, version = "", hasVenv] = answer.split("\n");
    const python = { executable, version };
    if (!isNewEnough(version)) tooOld.push(python);
    else if (hasVenv !== "True") withoutVenv.push(python);
    else return python;
  }
  throw new LocalFault(faultText(tooOld[0], withoutVenv[0]));
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

function faultText(tooOld: Python | undefined, withoutVenv: Python | undefined): string {
  const wanted = `Python ${oldest.major}.${oldest.minor} or later`;
  if (withoutVenv !== undefined) {
    const minor = withoutVenv.version.split(".").slice(0, 2).join(".");
    return (
      `Python ${withoutVenv.version} at ${withoutVenv.executable} lacks its modules venv and ensurepip,` +
      ` in which the local S3 is installed: install them (Debian, Ubuntu: apt-get install python${minor}-venv)`
    );
  }
  const install = `install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python3)`;
  return tooOld === undefined
    ? `the local S3 needs ${wanted} and there is no python3 on PATH: ${install}`
    : `the local S3 needs ${wanted} and ${tooOld.executable} is ${tooOld.version}: ${install}`;
}

/** What a Python answers to the question, or undefined where the command is not there or is no Python. */
function ask(command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, ["-c", question], { timeout: 20_000 }, (error, output) => {
      resolve(error === null ? output.trim() : undefined);
    });
  });
}
