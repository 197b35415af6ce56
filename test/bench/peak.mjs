// Loaded into a process before its program: writes its peak of memory to the file descriptor 3 when it ends.
import { writeSync } from "node:fs";

process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS / 1024)));
