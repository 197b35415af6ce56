import { describeLife } from "./stack-life.ts";

describeLife({
  stack: "production",
  resources: 69,
  outputs: {
    backupBucket: "tinkertools-backups-production",
    githubEnvironment: "production",
    zone: "tinkertools.ao",
  },
  findings: ["db-standby", "budget-step", "budget-step", "budget-step", "budget-step"],
});
