import { survivesClosedOutput } from "./closed-output.ts";
import { runCli } from "./program.ts";
import { startArguments } from "./start-arguments.ts";
import { loadWithoutSerializers } from "./without-serializers.ts";

survivesClosedOutput();
loadWithoutSerializers();
process.exitCode = await runCli(startArguments(process.argv.slice(2), process.env));
