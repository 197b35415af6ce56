import { survivesClosedOutput } from "./closed-output.ts";
import { runCli } from "./program.ts";

survivesClosedOutput();
process.exitCode = await runCli(process.argv.slice(2));
