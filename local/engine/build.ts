import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalFault } from "../fault.ts";
import type { Progress } from "../progress.ts";
import { runCommand } from "./commands.ts";
import { engineVersion, isSameLine, oldestGo } from "./version.ts";

const moduleDirectory = dirname(fileURLToPath(import.meta.url));
const commandPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const getPulumi = "install Pulumi (https://www.pulumi.com/docs/install/) or Go (https://go.dev/dl/)";

/**
 * Builds the engine with Go from the module that go.mod pins, into `root/bin/pulumi`.
 *
 * @throws LocalFault when there is no Go, it is too old, or the build fails
 */
export async function buildEngine(root: string, progress: Progress): Promise<void> {
  const go = await runCommand("go", ["env", "GOVERSION"], { cwd: moduleDirectory });
  if (go === undefined) {
    throw new LocalFault(
      `there is no \`pulumi\` command ${engineVersion} or newer, it could not be downloaded, and there is no Go to build it with: ${getPulumi}`,
    );
  }
  const version = go.stdout.trim();
  if (go.exitCode !== 0 || !isSameLine(version, oldestGo)) {
    const found = version === "" ? (go.stderr.split("\n")[0] ?? "") : version;
    throw new LocalFault(
      `this Go cannot build the engine (${found}; Go ${oldestGo} or newer can): ${getPulumi}`,
    );
  }
  progress.say(
    `building the Pulumi engine ${engineVersion} with ${version}, once for this machine: usually 2 to 4 minutes on two cores`,
  );
  mkdirSync(root, { recursive: true });
  const staging = mkdtempSync(join(root, "build-"));
  try {
    await compile(join(staging, "pulumi"), progress);
    mkdirSync(join(root, "bin"), { recursive: true });
    renameSync(join(staging, "pulumi"), join(root, "bin", "pulumi"));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function compile(target: string, progress: Progress): Promise<void> {
  const go = async (args: readonly string[], onErrorLine: (line: string) => void): Promise<string> => {
    const result = await runCommand("go", args, {
      cwd: moduleDirectory,
      env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" },
      onErrorLine,
    });
    if (result?.exitCode === 0) return result.stdout;
    const last = result?.stderr.trim().split("\n").slice(-3).join(" | ") ?? "no output";
    throw new LocalFault(
      `Go could not build the engine (${last}): check the network, then run again, or ${getPulumi}`,
    );
  };
  let downloads = 0;
  const packages = await go(["list", "-deps", commandPackage], (line) => {
    if (line.startsWith("go: downloading")) {
      downloads += 1;
      progress.show(`downloading the engine's modules: ${downloads} so far`);
    }
  });
  const total = packages.trim().split("\n").length;
  let done = 0;
  const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`;
  await go(["build", "-v", "-trimpath", "-ldflags", `-s -w ${stamp}`, "-o", target, commandPackage], () => {
    done += 1;
    progress.show(`building the engine: ${done} of at most ${total} packages`);
  });
}
