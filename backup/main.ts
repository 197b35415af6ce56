import { setFlagsFromString } from "node:v8";
import { start } from "./start.ts";

// Each piece of a dump is memory outside of V8's heap. Once a few hundred MB have passed, V8 goes through the whole heap for
// every 10 MB of them, though nearly all are free by then: a fifth of the time of a run (2026-11-22, Node 24.21, a dump of
// 900 MB: 95 to 103 times and 10.0 to 10.8 s, without that once and 7.6 to 8.7 s, in the same memory).
setFlagsFromString("--no-incremental-marking");

await start(process, console);
