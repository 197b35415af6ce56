import { runCli } from "./program.ts";
import { startArguments } from "./start-arguments.ts";

process.exitCode = await runCli(startArguments(process.argv.slice(2), process.env));
