import { runIndex } from "../support/run-index.ts";

/** The program of a stack, from the import of index.ts to its full graph, under mocks. */
await runIndex(process.argv[3] ?? "dev");
