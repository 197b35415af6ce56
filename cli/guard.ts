import { existsSync, readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { OperationFault } from "../operations/fault.ts";
import { readPreview } from "../operations/guard/preview.ts";
import { guard, type Refusal } from "../operations/guard.ts";

interface NamedFile {
  stack: string;
  file: string;
}

/** Exit code of a gate that says no. */
const refused = 3;

/** `slipway guard`: what previews would delete or replace of all that cannot be made again. */
export function guardCommand(): Command {
  return new Command("guard")
    .description("refuse previews that delete or replace what holds data, an address or secrets")
    .requiredOption(
      "--preview <stack=file>",
      "what `pulumi preview --json` printed; may be given again",
      namedFile,
    )
    .option("--json", "print one JSON document and nothing else on standard output")
    .addHelpText("after", "\nExit codes: 0 fine, 1 a file is no preview, 3 something would be lost.")
    .action((options: { preview: NamedFile[]; json?: boolean }) => {
      const stacks = options.preview.map(({ stack, file }) => {
        if (!existsSync(file))
          throw new OperationFault(`--preview ${stack}=${file} must name a file that is there`);
        return { stack, refusals: guard(readPreview(stack, readFileSync(file, "utf8"))) };
      });
      if (options.json) process.stdout.write(`${JSON.stringify({ version: 1, stacks }, undefined, 2)}\n`);
      else for (const { stack, refusals } of stacks) process.stdout.write(text(stack, refusals));
      if (stacks.some(({ refusals }) => refusals.length > 0)) process.exitCode = refused;
    });
}

function namedFile(given: string, before: NamedFile[] = []): NamedFile[] {
  const [, stack, file] = /^([\w-]+)=(.+)$/.exec(given) ?? [];
  if (stack === undefined || file === undefined)
    throw new InvalidArgumentError("It must be <stack>=<file>, such as production=preview.json.");
  return [...before, { stack, file }];
}

function text(stack: string, refusals: readonly Refusal[]): string {
  if (refusals.length === 0) return `${stack}: nothing would be lost\n`;
  const lines = refusals.map(({ reason, remedy }) => `  ${reason}\n    instead: ${remedy}`);
  return `${stack}: ${refusals.length} refused\n${lines.join("\n")}\n`;
}
