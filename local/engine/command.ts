import { spawn } from "node:child_process";
import { delimiter, dirname, isAbsolute } from "node:path";
import semver from "semver";
import { withoutAccounts } from "../environment.ts";
import { holdInterrupts } from "../interrupts.ts";
import type { Engine } from "./find.ts";

/** The engine ended with an exit code other than 0. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  readonly exitCode: number;
  /** What it printed, both streams in the order of their kind: output, then errors. */
  readonly output: string;
  /** The first of them alone, which is one document where it was asked for JSON. */
  readonly stdout: string;

  constructor(args: readonly string[], exitCode: number, output: string, stdout = "") {
    super(`pulumi ${args[0] ?? ""} ended with exit code ${exitCode}:\n${output.trim()}`);
    this.exitCode = exitCode;
    this.output = output;
    this.stdout = stdout;
  }
}

export interface EngineCommandOptions {
  /** Told of each engine process that was started, and with undefined when it has ended. */
  onProcess(pid: number | undefined): void;
  /** Have `preview` print its own JSON. */
  readonly printsPreviews?: boolean | undefined;
}

/**
 * The engine as the Automation API runs it (the shape of the SDK's PulumiCommand), in a process group of its own: a
 * Ctrl-C of the terminal reaches only this process, which passes it on once and waits for the engine to end cleanly.
 */
export function engineCommand(engine: Engine, options: EngineCommandOptions) {
  return {
    command: engine.command,
    version: new semver.SemVer(engine.version),
    run: async (
      args: string[],
      cwd: string,
      additionalEnv: Readonly<Record<string, string>>,
      onOutput?: (text: string) => void,
      onError?: (text: string) => void,
      _signal?: AbortSignal,
      input = "",
    ): Promise<{ stdout: string; stderr: string; code: number }> => {
      const given = additionalEnv["PATH"] ?? process.env["PATH"];
      const path = isAbsolute(engine.command)
        ? `${dirname(engine.command)}${delimiter}${given ?? ""}`
        : given;
      const more = options.printsPreviews === true && args[0] === "preview" ? ["--json"] : [];
      const child = spawn(engine.command, [...args, ...more, "--non-interactive"], {
        cwd,
        env: { ...withoutAccounts(process.env), ...additionalEnv, PATH: path, PULUMI_AUTOMATION_API: "true" },
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
      });
      // The engine takes SIGINT as a request to end cleanly, and a second one as an order to end at once.
      const release = holdInterrupts(() => child.kill("SIGINT"));
      if (child.pid !== undefined) options.onProcess(child.pid);
      // An engine that ends without having read its input is told of by its exit code.
      child.stdin.on("error", () => undefined).end(input);
      const texts = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        texts.stdout += text;
        onOutput?.(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        texts.stderr += text;
        onError?.(text);
      });
      try {
        const code = await new Promise<number>((resolve, reject) => {
          child.on("error", reject);
          child.on("close", (exitCode, signal) => {
            if (signal !== null) texts.stderr += `\nthe engine was ended by ${signal}: run it again to go on`;
            resolve(exitCode ?? 1);
          });
        });
        if (code !== 0) throw new EngineFailure(args, code, `${texts.stdout}${texts.stderr}`, texts.stdout);
        return { ...texts, code };
      } finally {
        release();
        options.onProcess(undefined);
      }
    },
  };
}
