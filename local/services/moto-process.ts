import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { LocalFault } from "../fault.ts";
import type { MotoCommand } from "./moto.ts";

/** A running moto. It holds its state in memory and ends with this process, however this process ends. */
export interface MotoProcess {
  readonly port: number;
  isRunning(): boolean;
  /** Whether it ends within that many milliseconds. */
  endsWithin(milliseconds: number): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Starts moto with nothing in it; resolves when it answers, after about one second.
 *
 * @throws LocalFault with what moto printed when it ends at once
 */
export async function startMoto(command: MotoCommand): Promise<MotoProcess> {
  const child = spawn(command.program, command.args, { stdio: ["pipe", "pipe", "pipe"] });
  // moto may end while its standard input is being closed.
  child.stdin.on("error", () => undefined);
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed = (printed + text).slice(-2000);
  });
  const ended = once(child, "close").then(() => undefined);
  const firstLine = once(createInterface({ input: child.stdout }), "line").then(([line]) => Number(line));
  const port = await Promise.race([firstLine, ended]);
  if (port === undefined || !Number.isInteger(port)) {
    throw new LocalFault(
      `the local S3 (moto) ended as it started and said "${printed.trim().split("\n").at(-1) ?? ""}":` +
        ` remove ${command.environment} to have it installed again`,
    );
  }
  return {
    port,
    isRunning: () => isRunning(child),
    endsWithin: async (milliseconds) => {
      await Promise.race([ended, delay(milliseconds, undefined, { ref: false })]);
      return !isRunning(child);
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
