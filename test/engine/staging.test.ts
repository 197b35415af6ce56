import { describeLife } from "./stack-life.ts";

describeLife({
  stack: "staging",
  resources: 43,
  outputs: { backupBucket: "tinkertools-backups-staging", githubEnvironment: "staging" },
});
