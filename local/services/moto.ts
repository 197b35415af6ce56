import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EnvironmentOptions, pythonEnvironment } from "./python-environment.ts";

/** How moto is started. It prints its port on standard output and ends when its standard input is closed. */
export interface MotoCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Folder of the virtual environment, which is made again when it is removed. */
  readonly environment: string;
}

/** Where and how moto's virtual environment is made. */
export interface MotoOptions extends EnvironmentOptions {
  /** @default - the pinned packages of requirements.txt beside this file */
  readonly requirements?: string;
}

const requirementsFile = fileURLToPath(new URL("requirements.txt", import.meta.url));
const serverFile = fileURLToPath(new URL("moto_server.py", import.meta.url));

/**
 * Makes the virtual environment that moto runs in, about 140 MB, once.
 *
 * @throws LocalFault where Python, its venv module or the package index is missing
 */
export async function prepareMoto(options: MotoOptions): Promise<MotoCommand> {
  const programs = {
    name: "moto",
    title: "the local S3 (moto)",
    duration: "about 12 seconds",
    requirements: options.requirements ?? requirementsFile,
  };
  const environment = await pythonEnvironment(programs, options);
  return { program: join(environment, "bin", "python"), args: ["-u", serverFile], environment };
}
