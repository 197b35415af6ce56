import { loadWithoutSerializers } from "../../cli/without-serializers.ts";

/** The program of a stack, from the import of index.ts to its full graph, under mocks. */
const [stack = "dev", way] = process.argv.slice(3);
if (way !== "plain") loadWithoutSerializers();
const { runIndex } = await import("../support/run-index.ts");
await runIndex(stack);
