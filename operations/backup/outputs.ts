import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { OperationFault } from "../fault.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The outputs of a real stack, secrets in clear, as `pulumi` on PATH tells them.
 *
 * @throws OperationFault in the engine's own words where it does not
 */
export function pulumiOutputs(stack: string): Promise<Record<string, unknown>> {
  const args = ["stack", "output", "--stack", stack, "--json", "--show-secrets", "--non-interactive"];
  return new Promise((resolve, reject) => {
    execFile("pulumi", args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) return resolve(JSON.parse(stdout));
      const isMissing = "code" in error && error.code === "ENOENT";
      const why = isMissing
        ? "there is no `pulumi` on PATH"
        : (/^error: (.+)$/m.exec(stderr)?.[1] ?? stderr.trim().split("\n").at(-1) ?? "");
      reject(
        new OperationFault(
          `the outputs of stack ${stack} must be readable: ${why}; of the local cloud's stack: start it with \`npm start -- --stack ${stack}\``,
        ),
      );
    });
  });
}
