import { unknown } from "../../../policy/values.ts";
import {
  type AccountCases,
  all,
  type Cases,
  option,
  plus,
  production,
  resource,
  set,
  staging,
  without,
} from "../support.ts";
import { app } from "./app.ts";
import { bucket } from "./buckets.ts";
import { database } from "./database.ts";

const everything = [
  ...database,
  ...app.slice(1),
  ...bucket.slice(0, 1),
  resource("do/DatabaseDb", "contents", { name: "tinkertools" }),
  resource("do/DatabaseUser", "owner", { name: "tinkertools_app" }),
  resource("do/Domain", "zone", { name: "tinkertools.ao" }),
  resource("do/UptimeAlert", "down", { type: "down" }),
  resource("iam/User", "writer", { name: "writer-production" }),
  resource("iam/Role", "role", { name: "role-production" }),
];

const good = production(everything);
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(everything));
const loose = (...changes: Parameters<typeof all>) => staging(all(...changes)(everything));
type Break = [ReturnType<typeof but>, string[]];

const tooLong = (of: string, most: number, name: string) =>
  `${of}: must have a name of at most ${most} characters; ${name} has ${most + 1}; shorten product.name`;
const named = (of: string, path: string, most: number): Break => [
  but(set(of, path, "a".repeat(most + 1))),
  [tooLong(of, most, "a".repeat(most + 1))],
];
const fitting = (of: string, path: string, most: number) => but(set(of, path, "a".repeat(most)));
const limits: [string, string, number][] = [
  ["app", "spec.name", 32],
  ["db", "name", 63],
  ["network", "name", 63],
  ["backups", "bucket", 63],
  ["writer", "name", 64],
  ["role", "name", 64],
];

export const productionCases: Record<string, Cases> = {
  "prod-protect": {
    keeps: [good, loose(option("db", "protect", false)), but(option("db", "protect", undefined))],
    breaks: ["db", "contents", "owner", "zone", "network", "app", "backups"].map(
      (name): Break => [
        but(option(name, "protect", false)),
        [`${name}: must be protected; set protect, through its component`],
      ],
    ),
  },
  "prod-retain": {
    keeps: [
      good,
      loose(option("db", "retainOnDelete", false)),
      but(option("db", "retainOnDelete", undefined)),
      but(option("app", "retainOnDelete", false), option("network", "retainOnDelete", false)),
    ],
    breaks: ["db", "contents", "owner", "zone", "backups"].map(
      (name): Break => [
        but(option(name, "retainOnDelete", false)),
        [`${name}: must stay when the stack is destroyed; set retainOnDelete`],
      ],
    ),
  },
  "prod-watched": {
    keeps: [good, but(set("down", "type", "down_global")), loose(without("down"))],
    breaks: [
      [but(without("down")), ["app: must have an uptime check with an alert; set monitoring.checks"]],
      [
        but(set("down", "type", "latency")),
        ["app: must have an uptime check with an alert; set monitoring.checks"],
      ],
    ],
  },
  "prod-backups": {
    keeps: [good, loose(without("backups"))],
    breaks: [[but(without("backups")), ["db: must have backups at another provider; set slipway:backups"]]],
  },
  "prod-point-in-time": {
    keeps: [but(without("db")), loose()],
    breaks: [
      [
        good,
        [
          "db: goes back to any minute of the last 7 days, always as a new cluster; rehearse the switch: same or larger size, firewall, standby and replicas are set up again",
        ],
      ],
    ],
  },
  "name-length": {
    keeps: [
      good,
      ...limits.map(([of, path, most]) => fitting(of, path, most)),
      but(set("db", "name", unknown.repeat(9))),
    ],
    breaks: limits.map(([of, path, most]) => named(of, path, most)),
  },
};

const cost = (database: number, compute: number, more = 0) => ({
  minimum: database + compute + 2,
  maximum: database + compute + more + 2,
  byBudget: {
    database: { minimum: database, maximum: database },
    compute: { minimum: compute, maximum: compute + more },
    storage: { minimum: 1, maximum: 1 },
    other: { minimum: 1, maximum: 1 },
  },
});
const warnAtPercent = [50, 75, 90];
const budgeted = (monthlyCost: ReturnType<typeof cost>, budget: object) =>
  production([], { monthlyCost, budget: { warnAtPercent, ...budget } });
const over = (group: string, limit: string, amount: string) =>
  `stack: must cost at most ${limit} USD a month (budget.${group}); it costs ${amount} USD; choose smaller sizes or fewer instances, or raise budget.${group}`;
const near = (group: string, step: number, limit: string, amount: string) =>
  `stack: costs ${amount} USD a month and has passed ${step} % of budget.${group}, ${limit} USD; know it, or raise budget.${group}`;
const none = "stack: must have a budget; set slipway:budget, such as { total: 40 }";

export const budgetCases: Record<string, Cases> = {
  "budget-over": {
    keeps: [
      production([]),
      production([], { monthlyCost: cost(30, 24) }),
      production([], { budget: { total: 1, warnAtPercent } }),
      budgeted(cost(40, 50), { database: 40, compute: 50 }),
      budgeted(cost(20, 18), { total: 40 }),
      budgeted(cost(0, 18), { database: 0 }),
      // The sum of the groups is the total only where all of them are set.
      budgeted(cost(10, 100), { database: 10 }),
    ],
    breaks: [
      [budgeted(cost(40.01, 50), { database: 40, compute: 50 }), [over("database", "40.00", "40.01")]],
      [budgeted(cost(40, 24, 27), { compute: 50 }), [over("compute", "50.00", "24.00 to 51.00")]],
      [budgeted(cost(20, 18.5), { total: 40 }), [over("total", "40.00", "40.50")]],
      [budgeted(cost(40, 50), { database: 40, compute: 50, storage: 1 }), [over("total", "91.00", "92.00")]],
      [budgeted(cost(1, 1), { database: 0 }), [over("database", "0.00", "1.00")]],
      [budgeted(cost(1, 1), { storage: 0.5 }), [over("storage", "0.50", "1.00")]],
    ],
  },
  "budget-step": {
    keeps: [
      production([]),
      budgeted(cost(19.9, 24), { database: 40 }),
      budgeted(cost(40.1, 24), { database: 40 }),
    ],
    breaks: [
      [budgeted(cost(20, 24), { database: 40 }), [near("database", 50, "40.00", "20.00")]],
      [budgeted(cost(30, 24), { database: 40 }), [near("database", 75, "40.00", "30.00")]],
      [budgeted(cost(40, 24), { database: 40 }), [near("database", 90, "40.00", "40.00")]],
      [
        budgeted(cost(20, 10, 8), { database: 40, compute: 20, total: 80 }),
        [
          near("database", 50, "40.00", "20.00"),
          near("compute", 90, "20.00", "10.00 to 18.00"),
          near("total", 50, "80.00", "32.00 to 40.00"),
        ],
      ],
    ],
  },
  "budget-set": {
    keeps: [
      budgeted(cost(1, 1), { total: 0 }),
      budgeted(cost(1, 1), { total: 9, storage: 3 }),
      budgeted(cost(1, 1), { database: 1, compute: 1, storage: 3 }),
    ],
    breaks: [
      [
        budgeted(cost(1, 1), { storage: 3 }),
        [
          "stack: must have a budget for all of it: budget.database and budget.compute set no limit, so there is none for the total; set budget.total, or the rest of the three",
        ],
      ],
      [
        budgeted(cost(1, 1), { database: 1, compute: 3 }),
        [
          "stack: must have a budget for all of it: budget.storage set no limit, so there is none for the total; set budget.total, or the rest of the three",
        ],
      ],
      [production([]), [none]],
      [budgeted(cost(1, 1), {}), [none]],
    ],
  },
};

const other = [
  resource("do/App", "app", {
    spec: { name: "tinkertools-staging", envs: [{ key: "TEAM", value: "devops@tinkertools.ao" }] },
  }),
  resource("do/Vpc", "network", { name: "net-staging", ipRange: "10.20.0.0/20" }),
  resource("do/DatabaseFirewall", "firewall", { rules: [{ type: "ip_addr", value: "10.20.0.0/20" }] }),
  resource("gh/RepositoryEnvironment", "gate", { environment: "staging" }),
  resource("gh/ActionsSecret", "shared", { secretName: "CODECOV" }),
];
const environment = resource("gh/RepositoryEnvironment", "gate", { environment: "production" });
const own = production([...everything, environment]);
const also = (...changes: Parameters<typeof all>) => [own, staging(all(...changes)(other))];
const same = (stack: string, of: string, kind: string, name: string, as: string) =>
  `${stack}: ${of}: must have a name of its own: stack ${as} has the ${kind} ${name} too; name the stack in it`;
const ruleset = (ref: string) =>
  resource("gh/RepositoryRuleset", "rules", { conditions: { refName: { includes: [ref] } } });
const deploys = (branchPattern: unknown) =>
  resource("gh/RepositoryEnvironmentDeploymentPolicy", "deploys", { environment: "x", branchPattern });
const adopted = (id: string, type = "do/Vpc") => resource(type, "adopted", {}, { import: id });
const both = (of: string, kind: string, name: string, from: string) => [
  same("production", of, kind, name, "staging"),
  same("staging", from, kind, name, "production"),
];
const reaches = (of: string, kind: string, name: string, path: string) =>
  `staging: ${of}: must not name the ${kind} ${name} of stack production, as ${path} does; use what belongs to staging`;
const overlaps = (stack: string, one: string, two: string, as: string) =>
  `${stack}: network: must not overlap: ${one} and ${two} of stack ${as}; set network.ipRange to addresses that no other stack uses`;
const tells = (value: unknown) => set("app", "spec.envs.0.value", value);
const told = (kind: string, name: string) => [reaches("app", kind, name, "spec.envs.0.value")];

export const accountCases: Record<string, AccountCases> = {
  "account-unique-names": {
    keeps: [
      [own],
      also(),
      // Two unknown names are not yet the same.
      [
        production([resource("do/App", "a", { spec: { name: unknown } })]),
        staging([resource("do/App", "a", { spec: { name: unknown } })]),
      ],
      [
        production([resource("do/Vpc", "a", { name: "x" })]),
        staging([resource("do/App", "a", { spec: { name: "x" } })]),
      ],
    ],
    breaks: [
      [
        also(set("app", "spec.name", "tinkertools-production")),
        both("app", "app", "tinkertools-production", "app"),
      ],
      [
        also(set("network", "name", "net-production")),
        both("network", "network", "net-production", "network"),
      ],
      [
        also(set("gate", "environment", "Production")),
        [
          same("production", "gate", "environment", "production", "staging"),
          same("staging", "gate", "environment", "Production", "production"),
        ],
      ],
      [
        also(set("app", "spec.domainNames", [{ name: "TinkerTools.ao" }])),
        [
          same("production", "app", "domain", "tinkertools.ao", "staging"),
          same("staging", "app", "domain", "TinkerTools.ao", "production"),
        ].slice(0, 2),
      ],
      [
        [production([ruleset("refs/heads/main")]), staging([ruleset("refs/heads/main")])],
        both("rules", "rules of", "refs/heads/main", "rules"),
      ],
      [also(set("gate", "environment", "production")), both("gate", "environment", "production", "gate")],
      ...(
        [
          ["do/DatabaseCluster", "db", "name", "database cluster", "db-production"],
          ["do/Domain", "zone", "name", "zone", "tinkertools.ao"],
          ["s3/Bucket", "backups", "bucket", "bucket", "tinkertools-backups-production"],
          ["iam/User", "writer", "name", "identity", "writer-production"],
          ["iam/Role", "role", "name", "role", "role-production"],
        ] as const
      ).map(([type, of, input, kind, name]): [ReturnType<typeof also>, string[]] => [
        also(plus(resource(type, "second", { [input]: name }))),
        both(of, kind, name, "second"),
      ]),
    ],
  },
  "account-imports-apart": {
    keeps: [
      also(),
      [production([adopted("1")])],
      [production([adopted("1")]), staging([adopted("2")])],
      // Ids of different kinds may be alike.
      [production([adopted("1")]), staging([adopted("1", "do/App")])],
    ],
    breaks: [
      [
        [production([adopted("1")]), staging([adopted("1")])],
        [
          "production: adopted: must not take over 1: stack staging takes it over too; leave import to the stack that it belongs to",
          "staging: adopted: must not take over 1: stack production takes it over too; leave import to the stack that it belongs to",
        ],
      ],
    ],
  },
  "account-branches-apart": {
    keeps: [
      also(),
      [production([deploys("main")]), staging([deploys("develop")])],
      [production([deploys("main")]), { ...production([deploys("main")]), stack: "production-eu" }],
      [{ ...staging([deploys("main")]), stack: "dev" }, staging([deploys("main")])],
      [production([deploys(undefined)]), staging([deploys(undefined)])],
    ],
    breaks: [
      [
        [production([deploys("main")]), staging([deploys("main")])],
        [
          "staging: deploys: must not be deployed from main, from which stack production is; set delivery.branch to another one",
        ],
      ],
    ],
  },
  "account-networks-apart": {
    keeps: [
      also(),
      also(set("network", "ipRange", undefined)),
      also(set("network", "ipRange", "10.30.16.0/20")),
      also(set("network", "ipRange", "10.30.300.0/20")),
    ],
    breaks: [
      [
        also(set("network", "ipRange", "10.30.8.0/24")),
        [
          overlaps("production", "10.30.0.0/20", "10.30.8.0/24", "staging"),
          overlaps("staging", "10.30.8.0/24", "10.30.0.0/20", "production"),
        ],
      ],
      [
        also(set("network", "ipRange", "10.30.15.255/16")),
        [
          overlaps("production", "10.30.0.0/20", "10.30.15.255/16", "staging"),
          overlaps("staging", "10.30.15.255/16", "10.30.0.0/20", "production"),
        ],
      ],
    ],
  },
  "account-firewalls-apart": {
    keeps: [
      also(),
      also(set("firewall", "rules.0.value", "203.0.113.7")),
      also(set("firewall", "rules.0.value", unknown)),
    ],
    breaks: [
      [
        also(set("firewall", "rules.0.value", "10.30.15.255")),
        [
          "staging: firewall: must not trust 10.30.15.255: it is in the network of stack production; list the addresses of this stack only",
        ],
      ],
    ],
  },
  "account-production-name": {
    keeps: [
      also(),
      [own],
      // What production says of others is its own matter.
      [
        production([...everything, resource("gh/ActionsVariable", "v", { value: "tinkertools-staging" })]),
        staging(other),
      ],
      also(tells("production")),
      also(tells("my-db-production")),
      also(tells("db-production-2")),
      also(tells("mytinkertools.ao")),
      also(tells("environment:production-like")),
    ],
    breaks: [
      [also(tells("postgresql://db-production.db.example/t")), told("database cluster", "db-production")],
      [also(tells("https://tinkertools.ao/api")), told("zone", "tinkertools.ao")],
      [also(tells("https://shop.Tinkertools.ao/api")), told("zone", "tinkertools.ao")],
      [
        also(tells("arn:aws:s3:::tinkertools-backups-production/*")),
        told("bucket", "tinkertools-backups-production"),
      ],
      [also(tells("repo:t/t:environment:production")), told("environment", "production")],
      [also(tells("arn:aws:iam::1:role/role-production")), told("role", "role-production")],
      [also(tells("arn:aws:iam::1:user/writer-production")), told("identity", "writer-production")],
      [also(tells("tinkertools-production")), told("app", "tinkertools-production")],
      [
        also(plus(resource("do/DnsRecord", "record", { domain: "tinkertools.ao" }))),
        [reaches("record", "zone", "tinkertools.ao", "domain")],
      ],
    ],
  },
  "account-environment-secrets": {
    keeps: [also()],
    breaks: [
      [
        [production([resource("gh/ActionsSecret", "shared", { secretName: "DIGITALOCEAN_ACCESS_TOKEN" })])],
        [
          "production: shared: must not be a secret of the whole repository: DIGITALOCEAN_ACCESS_TOKEN; move it from repository.secrets to delivery.secrets",
        ],
      ],
    ],
  },
};
