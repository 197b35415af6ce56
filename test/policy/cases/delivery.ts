import { all, type Cases, production, set, staging, without } from "../support.ts";
import { app } from "./app.ts";
import { gate } from "./github.ts";

const everything = [...gate, ...app];
const good = production(everything, { hasGate: true });
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(everything));
const loose = (...changes: Parameters<typeof all>) => staging(all(...changes)(everything));
const harmless = set("gate", "environment", "staging");
const noRules =
  "branch: must have rules for the branch main, from which it is deployed; set repository.branches.main";
const unprotected = (of: string, what: string) =>
  `${of}: must be of a protected stack: ${what}; set product.isProtected to true, or call it something else`;
const where = (key: string, value: string) => loose(harmless, set("app", "spec.envs.0", { key, value }));

export const deliveryCases: Record<string, Cases> = {
  "prod-delivery": {
    keeps: [good, loose(without("gate"))],
    breaks: [
      [but(without("gate")), ["stack: must be deployed through a GitHub environment; set slipway:delivery"]],
    ],
  },
  "prod-branch-rules": {
    keeps: [
      good,
      loose(without("main")),
      but(without("branch"), without("main")),
      but(set("main", "conditions.refName.includes", ["~ALL"])),
      but(without("main"), set("branch", "branchPattern", undefined), set("branch", "tagPattern", "v*")),
    ],
    breaks: [
      [but(without("main")), [noRules]],
      [but(set("main", "conditions.refName.includes", ["refs/heads/mai"])), [noRules]],
    ],
  },
  "prod-gate": {
    keeps: [good, but(), staging([], { hasGate: false })],
    breaks: [
      [
        production([], { hasGate: false }),
        [
          "stack: lets no change through that loses data, goes over the budget or breaks a rule; set slipway:gate, with a label and who approves, where that may happen on somebody's word",
        ],
      ],
    ],
  },
  "prod-unprotected": {
    keeps: [
      good,
      loose(harmless),
      where("NODE_ENV", "production"),
      where("ENVIRONMENT", "pre-production"),
      where("ENVIRONMENT", "staging"),
    ],
    breaks: [
      [loose(), [unprotected("gate", "its GitHub environment is production")]],
      [where("ENVIRONMENT", "production"), [unprotected("app", "ENVIRONMENT of the app is production")]],
      [where("DEPLOY_ENV", "Live"), [unprotected("app", "DEPLOY_ENV of the app is Live")]],
      [
        where("DEPLOYMENT_ENVIRONMENT", "prod"),
        [unprotected("app", "DEPLOYMENT_ENVIRONMENT of the app is prod")],
      ],
      [
        loose(harmless, set("app", "spec.services.0.envs.1", { key: "ENVIRONMENT", value: "prod-eu" })),
        [unprotected("app", "ENVIRONMENT of api is prod-eu")],
      ],
    ],
  },
};
