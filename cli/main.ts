import { survivesClosedOutput } from "./closed-output.ts";
import { runCli } from "./program.ts";
import { loadWithoutSerializers } from "./without-serializers.ts";

survivesClosedOutput();
loadWithoutSerializers();
process.exitCode = await runCli(process.argv.slice(2));
