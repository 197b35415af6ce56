import { unknown } from "../../../policy/values.ts";
import { all, type Cases, option, plus, production, resource, set, staging, without } from "../support.ts";

/** A production cluster as the rules want it. */
export const database = [
  resource("do/Vpc", "network", { name: "net-production", region: "nyc1", ipRange: "10.30.0.0/20" }),
  resource("do/DatabaseCluster", "db", {
    name: "db-production",
    version: "16",
    nodeCount: 2,
    privateNetworkUuid: unknown,
    maintenanceWindows: [{ day: "sunday", hour: "03:00" }],
  }),
  resource("do/DatabaseFirewall", "firewall", {
    clusterId: unknown,
    rules: [{ type: "ip_addr", value: "10.30.0.0/20" }],
  }),
  resource("do/MonitorAlert", "disk", {
    type: "v1/dbaas/alerts/disk_utilization_alerts",
    enabled: true,
    alerts: { emails: ["devops@tinkertools.ao"] },
  }),
  resource("do/DatabaseConnectionPool", "pool", { user: "tinkertools_app" }),
  resource("do/DatabaseReplica", "reports", { region: "nyc1", privateNetworkUuid: unknown }),
  resource("do/DatabaseReplica", "far", { region: "fra1" }),
];

const good = production(database);
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(database));
const trusting = (value: string, type = "ip_addr") => but(set("firewall", "rules.0", { type, value }));

const noFirewall = "db: must have a firewall with at least one source; give it a DatabaseFirewall";
const tooOpen = (source: string) =>
  `firewall: must not trust ${source}; list single addresses, or use the private network (database.connection)`;
const noDisk = "db: must have an alert on its disk; set monitoring.database.diskPercent and emails";
const elsewhere = { protect: true, retainOnDelete: true, parent: "another" };

export const databaseCases: Record<string, Cases> = {
  "db-firewall": {
    keeps: [good],
    breaks: [
      [but(without("firewall")), [noFirewall]],
      [but(set("firewall", "rules", [])), [noFirewall]],
      [
        but(
          without("firewall"),
          plus({ ...resource("do/DatabaseFirewall", "other", { rules: [{}] }), options: elsewhere }),
        ),
        [noFirewall],
      ],
    ],
  },
  "db-one-firewall": {
    keeps: [good, but(without("firewall"))],
    breaks: [
      [
        but(plus(resource("do/DatabaseFirewall", "second", {}))),
        ["db: must have one firewall; got firewall, second; put all sources into one of them"],
      ],
    ],
  },
  "db-open-to-all": {
    keeps: [
      good,
      trusting("203.0.113.7"),
      trusting("203.0.113.0/25"),
      trusting("10.0.0.0/8"),
      trusting("172.16.0.0/12"),
      trusting("192.168.0.0/16"),
      trusting("2001:db8::/64"),
      trusting("2001:db8::1"),
      trusting(unknown),
      trusting("0.0.0.0/0", "tag"),
    ],
    breaks: [
      [trusting("0.0.0.0/0"), [tooOpen("0.0.0.0/0")]],
      [trusting("203.0.112.0/23"), [tooOpen("203.0.112.0/23")]],
      [trusting("10.0.0.0/7"), [tooOpen("10.0.0.0/7")]],
      [trusting("172.32.0.0/16"), [tooOpen("172.32.0.0/16")]],
      [trusting("11.0.0.0/16"), [tooOpen("11.0.0.0/16")]],
      [trusting("::/0"), [tooOpen("::/0")]],
      [trusting("2001:db8::/32"), [tooOpen("2001:db8::/32")]],
      [trusting("2001:db8::/63"), [tooOpen("2001:db8::/63")]],
      [trusting("everywhere"), [tooOpen("everywhere")]],
      [trusting("0.0.0.0"), [tooOpen("0.0.0.0")]],
      [trusting("::"), [tooOpen("::")]],
      [trusting("0:0::0/128"), [tooOpen("0:0::0/128")]],
    ],
  },
  "db-firewall-kept": {
    keeps: [good, but(option("firewall", "retainOnDelete", undefined))],
    breaks: [
      [
        staging(option("firewall", "retainOnDelete", false)(database)),
        ["firewall: must stay when the stack is destroyed; set retainOnDelete"],
      ],
    ],
  },
  "db-private-network": {
    keeps: [good],
    breaks: [
      [
        but(set("db", "privateNetworkUuid", undefined)),
        ["db: must be in a private network; set privateNetworkUuid (slipway:network)"],
      ],
    ],
  },
  "db-no-project": {
    keeps: [good],
    breaks: [
      [
        but(set("db", "projectId", "1")),
        ["db: must not set projectId; assign it to its project with ProjectResources"],
      ],
    ],
  },
  "db-maintenance": {
    keeps: [good],
    breaks: [
      [
        but(set("db", "maintenanceWindows", undefined)),
        ["db: must have a maintenance window; set database.maintenance"],
      ],
    ],
  },
  "db-version": {
    keeps: [good, but(set("db", "version", unknown)), production(database, { today: "2028-11-08" })],
    breaks: [
      [
        production(database, { today: "2028-11-09" }),
        ["db: must be a version that lives: Postgres 16 ended on 2028-11-09; set database.version to 17"],
      ],
      [
        but(set("db", "version", "13")),
        ["db: must be a version that lives: Postgres 13 ended on 2025-05-13; set database.version to 17"],
      ],
    ],
  },
  "db-version-ends": {
    keeps: [
      good,
      production(database, { today: "2027-11-09" }),
      production(database, { today: "2028-11-09" }),
      but(set("db", "version", "9")),
    ],
    breaks: [
      [
        production(database, { today: "2027-11-10" }),
        [
          "db: must be upgraded within 365 days: Postgres 16 ends on 2028-11-09; rehearse database.version 17 in staging",
        ],
      ],
      [
        production(database, { today: "2028-11-08" }),
        [
          "db: must be upgraded within 1 days: Postgres 16 ends on 2028-11-09; rehearse database.version 17 in staging",
        ],
      ],
    ],
  },
  "db-standby": {
    keeps: [good, staging(set("db", "nodeCount", 1)(database))],
    breaks: [
      ...[1, undefined].map((count): [ReturnType<typeof but>, string[]] => [
        but(set("db", "nodeCount", count)),
        [
          "db: must have two nodes or more, so that one can fail; set database.standbyNodes to 1, where the budget allows it",
        ],
      ]),
    ],
  },
  "db-alerts": {
    keeps: [
      good,
      but(set("disk", "alerts", { slacks: [{ channel: "#alerts" }] })),
      but(set("disk", "enabled", undefined)),
      staging(without("disk")(database)),
    ],
    breaks: [
      [but(without("disk")), [noDisk]],
      [but(set("disk", "enabled", false)), [noDisk]],
      [but(set("disk", "type", "v1/dbaas/alerts/cpu_alerts")), [noDisk]],
      [but(set("disk", "alerts", { emails: [] })), [noDisk]],
    ],
  },
  "db-owner": {
    keeps: [good],
    breaks: [[but(set("pool", "user", undefined)), ["pool: must have a user; set the pool's user"]]],
  },
  "db-replica-network": {
    keeps: [good, but(without("network"), set("reports", "privateNetworkUuid", undefined))],
    breaks: [
      [
        but(set("reports", "privateNetworkUuid", undefined)),
        ["reports: must be in the private network of its region; set privateNetworkUuid"],
      ],
    ],
  },
};
