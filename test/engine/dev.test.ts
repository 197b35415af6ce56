import { describeLife } from "./stack-life.ts";

describeLife({
  stack: "dev",
  resources: 32,
  outputs: { backupBucket: "tinkertools-backups-dev", githubEnvironment: "dev" },
  findings: ["budget-step"],
});
