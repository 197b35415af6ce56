import { planStack } from "../../operations/plan/graph.ts";
import { largeStack } from "./large-stack.ts";

/** Seconds that graphs of growing stacks take: on a process that is warm, the best of three runs each. */
const wanted = process.argv.slice(2).map(Number);
await planStack("dev", largeStack(50));
const sizes: { resources: number; seconds: number }[] = [];
for (const size of wanted) {
  const seconds: number[] = [];
  let resources = 0;
  for (let run = 0; run < 3; run += 1) {
    const from = performance.now();
    resources = (await planStack("dev", largeStack(size))).resources.length;
    seconds.push((performance.now() - from) / 1000);
  }
  sizes.push({ resources, seconds: Math.min(...seconds) });
}
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ sizes, megabytes }));
