import { describeLife } from "./stack-life.ts";

describeLife({
  stack: "staging",
  resources: 56,
  outputs: { backupBucket: "tinkertools-backups-staging", githubEnvironment: "staging" },
  findings: ["budget-step"],
});
