import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { EngineFailure, engineCommand } from "../../../local/engine/command.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-engine-"));
const command = join(folder, "pulumi");
writeFileSync(command, '#!/bin/sh\necho "$@"\n');
chmodSync(command, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (printsPreviews: boolean, ...args: string[]): Promise<string> => {
  const engine = engineCommand({ command, version: "3.253.0" } as Parameters<typeof engineCommand>[0], {
    onProcess: () => undefined,
    printsPreviews,
  });
  return (await engine.run(args, folder, {})).stdout.trim();
};

test("an engine that is to print its previews is asked for their JSON, and for nothing else's", async () => {
  expect(await run(true, "preview", "--diff")).toBe("preview --diff --json --non-interactive");
  expect(await run(true, "up")).toBe("up --non-interactive");
  expect(await run(false, "preview")).toBe("preview --non-interactive");
});

test("an engine gets its input by standard input, and knows nothing of real accounts", async () => {
  const reader = join(folder, "reader");
  writeFileSync(reader, '#!/bin/sh\ncat; echo "$PULUMI_ACCESS_TOKEN$AWS_PROFILE|$OWN"\n');
  chmodSync(reader, 0o755);
  process.env["PULUMI_ACCESS_TOKEN"] = "real";
  process.env["AWS_PROFILE"] = "real";
  const engine = engineCommand(
    { command: reader, version: "3.253.0" } as Parameters<typeof engineCommand>[0],
    {
      onProcess: () => undefined,
    },
  );
  const { stdout } = await engine.run(
    ["x"],
    folder,
    { OWN: "1" },
    undefined,
    undefined,
    undefined,
    "secret\n",
  );
  expect(stdout).toBe("secret\n|1\n");
});

test("fails with the signal that ended an engine", async () => {
  const killed = join(folder, "killed");
  writeFileSync(killed, "#!/bin/sh\nkill -9 $$\n");
  chmodSync(killed, 0o755);
  const engine = engineCommand(
    { command: killed, version: "3.253.0" } as Parameters<typeof engineCommand>[0],
    {
      onProcess: () => undefined,
    },
  );
  await expect(engine.run(["up"], folder, {})).rejects.toThrow(
    new Error("pulumi up ended with exit code 1:\nthe engine was ended by SIGKILL: run it again to go on"),
  );
});

test("fails with all that an engine printed, and with its document by itself", async () => {
  const failing = join(folder, "failing");
  writeFileSync(failing, "#!/bin/sh\necho '{}'; echo no >&2; exit 255\n");
  chmodSync(failing, 0o755);
  const engine = engineCommand(
    { command: failing, version: "3.253.0" } as Parameters<typeof engineCommand>[0],
    {
      onProcess: () => undefined,
    },
  );
  const error: unknown = await engine.run(["preview"], folder, {}).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(EngineFailure);
  expect(error).toMatchObject({ exitCode: 255, output: "{}\nno\n", stdout: "{}\n" });
});
