import { Command } from "commander";
import { examine, type Finding } from "../local/doctor.ts";
import { cacheDirectory } from "../local/home.ts";
import { jsonOption } from "./output-options.ts";
import { plainTable } from "./plain-table.ts";

/** `slipway doctor`: what this machine has of what the local way needs. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("tell what this machine has of what `npm start` needs, and how to mend what it lacks")
    .addOption(jsonOption())
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(cacheDirectory());
      process.stdout.write(`${options.json ? JSON.stringify(findings, undefined, 2) : text(findings)}\n`);
      if (findings.some(({ isFine }) => !isFine)) process.exitCode = 1;
    });
}

function text(findings: readonly Finding[]): string {
  return plainTable(findings.map(({ part, isFine, found }) => [part, isFine ? "ok" : "missing", found]));
}
