import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { OperationFault } from "../fault.ts";

/** Largest state that is read, bytes. */
const largest = 256 * 1024 * 1024;

/**
 * What `pulumi stack export` prints of a stack: its secrets stay encrypted, so that no passphrase is needed.
 *
 * @throws OperationFault where the engine is missing or refuses
 */
export async function exportState(stack: string, directory: string): Promise<string> {
  try {
    const args = ["stack", "export", "--stack", stack, "--non-interactive"];
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd: directory, maxBuffer: largest });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT")
      throw new OperationFault(
        "pulumi must be on PATH; --local looks at the stack on this machine, and `drift` takes --state with what `pulumi stack export` printed",
      );
    const [said = ""] = (stderr ?? "").trim().split("\n").slice(-1);
    throw new OperationFault(
      `the state of ${stack} could not be exported: ${said || "pulumi gave no reason"}`,
      {
        cause: error,
      },
    );
  }
}
