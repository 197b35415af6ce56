import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LocalFault } from "../fault.ts";
import { writePrivately } from "../files.ts";
import { stackExists } from "./state-file.ts";

const recordOf = (home: string, stack: string): string => join(home, "stack-files", stack);

/**
 * Where the settings of a local stack stand: in the file that was named, else in the one from elsewhere that the stack was
 * brought up with; undefined for `Pulumi.<stack>.yaml`.
 *
 * @throws LocalFault where the file is not there any more
 */
export function ownStackFile(home: string, stack: string, named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  const file = rememberedStackFile(home, stack);
  if (file !== undefined && !existsSync(file))
    throw new LocalFault(
      `--stack-file must be given: stack ${stack} was brought up with ${file}, which is not there any more`,
    );
  return file;
}

/** The file from elsewhere with which a stack that is there was last brought up. */
export function rememberedStackFile(home: string, stack: string): string | undefined {
  const record = recordOf(home, stack);
  return stackExists(home, stack) && existsSync(record) ? readFileSync(record, "utf8") : undefined;
}

/** Keeps in mind which file a stack is brought up with, for the commands after it. */
export function rememberStackFile(home: string, stack: string, file: string | undefined): void {
  const record = recordOf(home, stack);
  if (file === undefined) rmSync(record, { force: true });
  else {
    mkdirSync(dirname(record), { recursive: true, mode: 0o700 });
    writePrivately(record, resolve(file));
  }
}
