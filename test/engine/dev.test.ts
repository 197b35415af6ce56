import { describeLife } from "./stack-life.ts";

describeLife({
  stack: "dev",
  resources: 33,
  outputs: { backupBucket: "tinkertools-backups-dev", githubEnvironment: "dev" },
  findings: ["budget-step"],
});
