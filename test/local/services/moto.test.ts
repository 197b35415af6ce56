import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { prepareMoto } from "../../../local/services/moto.ts";
import { startMoto } from "../../../local/services/moto-process.ts";
import { findPython } from "../../../local/services/moto-python.ts";

const bench = mkdtempSync(join(tmpdir(), "slipway moto "));
afterAll(() => rmSync(bench, { recursive: true, force: true }));

let count = 0;
let directory = "";
beforeEach(() => {
  directory = join(bench, `cache ${count++}`);
});

/** A program for the shell; its name makes it an interpreter in the eyes of the code under test. */
function program(name: string, script: string): string {
  mkdirSync(bench, { recursive: true });
  const path = join(bench, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Stands for Python: makes a "virtual environment" that holds itself, and does what it is told when pip is called. */
function fakePython(name: string, pip: string): string {
  return program(
    name,
    `case "$*" in
      *"-m venv "*) mkdir -p "$3/bin" && ln -s "$0" "$3/bin/python" ;;
      *"-m pip install"*) echo "$0 $*" >> "${bench}/${name}.calls"; ${pip} ;;
    esac`,
  );
}

const requirements = join(bench, "requirements.txt");
writeFileSync(requirements, "moto==1\n");

function prepare(python: string, progress: string[] = []) {
  return prepareMoto({
    directory,
    requirements,
    progress: (text) => progress.push(text),
    findPython: async () => ({ executable: python, version: "3.12.1" }),
  });
}

const environments = (): string[] => readdirSync(directory).filter((name) => name.startsWith("moto-"));

describe("prepareMoto", () => {
  test("installs once, tells what it installs, and starts nothing the next time", async () => {
    const python = fakePython("once", 'echo "Collecting boto3==1 (from x)"; echo "Collecting moto==1"');
    const progress: string[] = [];
    const made = await prepare(python, progress);
    expect(progress).toEqual([
      "installing the local S3 (moto) once, which takes about 12 seconds",
      "installing the local S3: boto3",
      "installing the local S3: moto",
    ]);
    expect(environments()).toEqual([expect.stringMatching(/^moto-[0-9a-f]{16}-3\.12\.1$/)]);
    const environment = join(directory, environments()[0] ?? "");
    expect(made).toEqual({
      environment,
      program: join(environment, "bin", "python"),
      args: ["-u", expect.stringMatching(/local\/services\/moto_server\.py$/)],
    });
    expect(await prepare("/no/such/python", progress)).toEqual(made);
    expect(progress).toHaveLength(3);
  });

  test("two at once install once, and the second says that it waits", async () => {
    const go = join(bench, "go");
    const python = fakePython("twice", `while ! test -e "${go}"; do sleep 0.01; done`);
    const progress: string[] = [];
    const options = {
      directory,
      requirements,
      progress: (text: string) => {
        progress.push(text);
        if (text.includes("waiting")) writeFileSync(go, "");
      },
      findPython: async () => ({ executable: python, version: "3.12.1" }),
    };
    const [first, second] = await Promise.all([prepareMoto(options), prepareMoto(options)]);
    expect(second).toEqual(first);
    expect(progress).toEqual([
      "installing the local S3 (moto) once, which takes about 12 seconds",
      "another process installs the local S3: waiting for it",
    ]);
  });

  test("leaves nothing of an install that failed, and the next one begins anew", async () => {
    const failing = fakePython(
      "failing",
      'echo "ERROR: No matching distribution found for moto==1" >&2; exit 1',
    );
    await expect(prepare(failing)).rejects.toThrow(
      new Error(
        'the local S3 (moto) could not be installed, its installer says "No matching distribution found for moto==1": mend that and run it again',
      ),
    );
    expect(environments()).toEqual([]);
    expect(existsSync((await prepare(fakePython("working", ":"))).program)).toBe(true);
  });

  test("fails with the fix where pip reaches no package index", async () => {
    const offline = fakePython(
      "offline",
      "echo \"WARNING: Retrying after connection broken by 'NewConnectionError(... Temporary failure in name resolution)'\"; echo 'ERROR: No matching distribution found'; exit 1",
    );
    await expect(prepare(offline)).rejects.toThrow(
      new Error(
        "the packages of the local S3 (moto) are not installed yet and pip reaches no package index: run it once with a connection, or name an index in pip's own settings",
      ),
    );
  });

  test("is not misled by what a killed install left, and removes it after an hour", async () => {
    const python = fakePython("after-kill", ":");
    const made = await prepare(python);
    rmSync(join(made.environment, "made-with.json"));
    for (const [name, age] of [
      ["fresh", 60],
      ["stale", 7200],
    ] as const) {
      const left = `${made.environment}.building-${name}`;
      mkdirSync(left);
      const moment = Date.now() / 1000 - age;
      utimesSync(left, moment, moment);
    }
    expect(await prepare(python)).toEqual(made);
    const name = made.environment.split("/").at(-1);
    expect(environments().sort()).toEqual([name, `${name}.building-fresh`]);
  });

  test("installs again when another interpreter took the place of the one that it was made with", async () => {
    const python = fakePython("upgraded", ":");
    const progress: string[] = [];
    await prepare(python, progress);
    fakePython("upgraded", ": a newer one");
    await prepare(python, progress);
    expect(progress).toHaveLength(2);
  });
});

describe("findPython", () => {
  const answering = (name: string, version: string, hasVenv: string): string =>
    program(name, `printf '%s\\n' /usr/bin/${name} ${version} ${hasVenv}`);

  test("takes the first that is new enough and can make environments", async () => {
    const commands = [
      join(bench, "not-there"),
      program("broken", "exit 1"),
      answering("python3.9", "3.9.2", "True"),
      answering("bare", "3.12.1", "False"),
      answering("python3.11", "3.11.7", "True"),
      answering("python3.14", "3.14.0", "True"),
    ];
    expect(await findPython(commands)).toEqual({ executable: "/usr/bin/python3.11", version: "3.11.7" });
  });

  test("fails with the fix where there is none", async () => {
    await expect(findPython([join(bench, "not-there")])).rejects.toThrow(
      new Error(
        "the local S3 needs Python 3.10 or later and there is no python3 on PATH: install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python3)",
      ),
    );
  });

  test("fails with the fix where it is too old", async () => {
    await expect(findPython([answering("old", "3.9.2", "True")])).rejects.toThrow(
      new Error(
        "the local S3 needs Python 3.10 or later and /usr/bin/old is 3.9.2: install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python3)",
      ),
    );
  });

  test("fails with the fix where it has no venv module", async () => {
    await expect(findPython([answering("plain", "3.12.1", "False")])).rejects.toThrow(
      new Error(
        "Python 3.12.1 at /usr/bin/plain lacks its modules venv and ensurepip, in which the local S3 is installed: install them (Debian, Ubuntu: apt-get install python3.12-venv)",
      ),
    );
  });
});

describe("startMoto", () => {
  test("fails with what it printed when it ends at once", async () => {
    const command = {
      program: program("ending", "echo first >&2; echo ModuleNotFoundError: no moto >&2; exit 1"),
      args: [],
      environment: "/cache/moto",
    };
    await expect(startMoto(command)).rejects.toThrow(
      new Error(
        'the local S3 (moto) ended as it started and said "ModuleNotFoundError: no moto": remove /cache/moto to have it installed again',
      ),
    );
  });

  test("ends with its standard input, as it does when this process is killed", async () => {
    const moto = await startMoto({
      program: program("obedient", "echo 4711; cat > /dev/null"),
      args: [],
      environment: "",
    });
    expect([moto.port, moto.isRunning(), await moto.endsWithin(1)]).toEqual([4711, true, false]);
    await moto.stop();
    expect([moto.isRunning(), await moto.endsWithin(1)]).toEqual([false, true]);
    await moto.stop();
  });
});
