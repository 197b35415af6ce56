import { survivesClosedOutput } from "./closed-output.ts";
import { runCli } from "./program.ts";
import { startArguments } from "./start-arguments.ts";

survivesClosedOutput();
process.exitCode = await runCli(startArguments(process.argv.slice(2), process.env));
