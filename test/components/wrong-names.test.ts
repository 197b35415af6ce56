import { describe, expect, test } from "@jest/globals";
import { BackupBucketSettings } from "../../components/backup-bucket.settings.ts";
import { BudgetSettings } from "../../components/budget.settings.ts";
import { blocks } from "../../components/config.ts";
import { FileStoreSettings } from "../../components/file-store.settings.ts";
import { blockNames } from "../../components/internal/block-names.ts";
import { secretKeyFor } from "../../components/web-app/secret-keys.ts";
import { faultLines, stackLines } from "../support/settings.ts";

const product = { name: "shop", repository: "acme/shop" };
const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const nameText =
  "must have a name that is 2 to 32 lower-case letters, digits and hyphens, with a letter first, such as tinkertools-api";

describe("what stands below a wrong name is judged all the same", () => {
  test("settings, rules between them, variables and secrets", () => {
    const lines = stackLines({
      product,
      app: {
        services: {
          Api_1: {
            image: { ...image, deployOnPush: true },
            prot: 80,
            size: "apps-s-1vcpu-0.5gb",
            instances: 2,
            health: { periodSeconds: 5, timeoutSeconds: 9 },
            environment: {
              SMTP_PASSWORD: "hunter2",
              STRIPE_TOKEN: { secret: "stripeToken" },
              "1ST": { bnd: "x" },
              PLACE: { component: "api-1", fact: "publicUrl" },
            },
          },
          Web: { image: { ...image, deployOnPush: true }, runCommand: "pg_dump shop" },
        },
        ingress: [{ path: "/", component: "api-1" }],
      },
    });
    expect(lines).toEqual([
      `app.services.Api_1: ${nameText}; got "Api_1"`,
      "app.services.Api_1.image.deployOnPush: must be false: the platform sees pushes to docr only",
      "app.services.Api_1.health.timeoutSeconds: must be at most periodSeconds, 5; got 9",
      'app.services.Api_1.environment.1ST: must have a name that is letters, digits and underscores, not starting with a digit, such as LOG_LEVEL; got "1ST"',
      "app.services.Api_1.environment.1ST: must be a text, a number, true or false, or a block with one of value, secret, bind, database, component or release",
      "app.services.Api_1.prot: must be a known setting; did you mean port?",
      `app.services.Web: ${nameText}; got "Web"`,
      "app.services.Web.image.deployOnPush: must be false: the platform sees pushes to docr only",
      "app.services.Api_1.instances: must be 1: apps-s-1vcpu-0.5gb runs alone; did you mean size apps-s-1vcpu-1gb?",
      "app.services.Api_1.environment.SMTP_PASSWORD: must not be in plain text: write { secret: smtpPassword } and set it with: pulumi config set --secret slipway:smtpPassword (or { value: …, isPublic: true } if everybody may read it)",
      "stripeToken: must be set, because app.services.Api_1.environment.STRIPE_TOKEN needs it: pulumi config set --secret slipway:stripeToken",
    ]);
  });

  test("a name that nothing else has is told as unknown where no other name is wrong", () => {
    const app = { services: { api: { image } }, ingress: [{ path: "/", component: "api-1" }] };
    const line = "app.ingress[0].component: must be a service or static site of the app: api; got api-1";
    expect(stackLines({ product, app })).toEqual([line]);
    // The one that is wrong may be it.
    expect(
      stackLines({ product, app: { ...app, workers: {}, services: { ...app.services, Api_1: { image } } } }),
    ).toEqual([`app.services.Api_1: ${nameText}; got "Api_1"`]);
  });

  test("records inside records, and lists", () => {
    expect(
      stackLines({ product, monitoring: { checks: { Home: { path: "x", latencyMs: [{ above: 0 }] } } } }),
    ).toEqual([
      'monitoring.checks.Home: must have a name that is at most 32 lower-case letters, digits and single hyphens, with a letter first, such as health; got "Home"',
      'monitoring.checks.Home.path: must be a path that starts with a slash, such as /api/health; got "x"',
      "monitoring.checks.Home.latencyMs[0].above: must be at least 1; got 0",
    ]);
  });
});

describe("of a broken rule for requests only the cause is told", () => {
  const services = { api: { image } };
  const staticSites = { site: { github: { branch: "main" } }, docs: { github: { branch: "main" } } };
  const toSites = [
    { path: "/docs", component: "docs" },
    { path: "/", component: "site" },
  ];
  const must = "must be a service or static site of the app: api, docs, site";

  test.each<[string, unknown[], string[]]>([
    [
      "an unknown component takes no requests from others",
      [{ path: "/", component: "apu" }, { path: "/api", component: "api" }, ...toSites],
      [`app.ingress[0].component: ${must}; got apu`],
    ],
    [
      "nor is it behind another",
      [...toSites, { path: "/api", component: "apu" }],
      [`app.ingress[2].component: ${must}; got apu`],
    ],
    [
      "a mistyped static site is not unseen",
      [
        { path: "/docs", component: "docs" },
        { path: "/", component: "siet" },
      ],
      [`app.ingress[1].component: ${must}; got siet`],
    ],
    [
      "another site is unseen all the same",
      [{ path: "/", component: "siet" }],
      [
        `app.ingress[0].component: ${must}; got siet`,
        "app.ingress: must have a rule for the static site docs, or nobody sees it",
      ],
    ],
    [
      "a component that is like none may have been any",
      [{ path: "/", component: "frontend" }],
      [`app.ingress[0].component: ${must}; got frontend`],
    ],
    [
      "a rule that leads nowhere",
      [{ path: "/" }, { path: "/docs", component: "docs" }],
      ["app.ingress[0]: must have either component or redirect"],
    ],
    [
      "a rule that leads to two places",
      [
        { path: "/", component: "site", redirect: { path: "/x" } },
        { path: "/docs", component: "docs" },
      ],
      ["app.ingress[0]: must have either component or redirect"],
    ],
    [
      "a rule without a path, beside others that are in the wrong order",
      [{ component: "api" }, toSites[1], toSites[0]],
      [
        "app.ingress[0].path: must be set, to a text",
        "app.ingress[2].path: must come before ingress[1], which takes every request for /docs",
      ],
    ],
  ])("%s", (_, ingress, lines) => {
    expect(stackLines({ product, app: { services, staticSites, ingress } })).toEqual(lines);
  });
});

describe("nothing is proposed that would be refused", () => {
  test("a setting that is set already", () => {
    expect(faultLines(BudgetSettings, { total: 1, totl: 2, compuet: 3 })).toEqual([
      "totl: must be left out: there is no such setting, and total is set beside it",
      "compuet: must be a known setting; did you mean compute?",
    ]);
  });

  test("a component that is released already", () => {
    const app = {
      services: { api: { image }, web: { image } },
      ingress: [{ path: "/", component: "api" }],
    };
    const digest = `sha256:${"0".repeat(64)}`;
    expect(
      stackLines({ product, app, release: { images: { api: digest, apii: digest, wbe: digest } } }),
    ).toEqual([
      "release.images.apii: must be a component of the app with an image",
      "release.images.wbe: must be a component of the app with an image; did you mean web?",
    ]);
  });

  test("a key of a secret that is a block, that slipway sets itself, or that no object can have", () => {
    const taken = Object.fromEntries(
      [
        "DATABASE",
        "FILES",
        "DATABASE_ADMIN_URL",
        "FILES_KEY_ID",
        "BACKUP_WRITER_SECRET",
        "BACKUP_SETTINGS",
        "CONSTRUCTOR",
        "1PASSWORD",
        "__",
        "STRIPE_TOKEN",
        `A${"_LONG".repeat(20)}`,
      ].map((name) => [name, secretKeyFor(name)]),
    );
    expect(taken).toEqual({
      DATABASE: "databaseSecret",
      FILES: "filesOfApp",
      DATABASE_ADMIN_URL: "databaseAdminUrlSecret",
      FILES_KEY_ID: "filesKeyIdSecret",
      BACKUP_WRITER_SECRET: "backupWriterSecretSecret",
      BACKUP_SETTINGS: "backupSettingsSecret",
      CONSTRUCTOR: "constructorSecret",
      "1PASSWORD": "app1password",
      __: "appSecret",
      STRIPE_TOKEN: "stripeToken",
      [`A${"_LONG".repeat(20)}`]: `a${"Long".repeat(14)}L`,
    });
  });

  test("the list of blocks is that of the schemas", () => {
    expect(Object.keys(blocks)).toEqual([...blockNames]);
  });
});

describe("of a path is told what is wrong with it, and no token in it", () => {
  test.each([
    ["/health?probe=1", 'must be the path alone: leave out ? and what follows it; got "/health" before it'],
    ["/health#top", 'must be the path alone: leave out # and what follows it; got "/health" before it'],
    ["/api health", 'must be a path without blanks, which addresses have as %20; got "/api health"'],
    ["/api health?x", 'must be a path without blanks, which addresses have as %20; got "/api health"'],
    ["health", 'must be a path that starts with a slash, such as /api/health; got "health"'],
    ["?x", 'must be a path that starts with a slash, such as /api/health; got ""'],
  ])("%s", (path, message) => {
    const app = {
      services: { api: { image, health: { path } } },
      ingress: [{ path: "/", component: "api" }],
    };
    expect(stackLines({ product, app })).toEqual([`app.services.api.health.path: ${message}`]);
  });
});

describe("a bucket's name has one fault at a time", () => {
  const form = "must be 3 to 63 lower-case letters, digits and single hyphens, such as";
  test.each([
    ["xn--shop-s3alias", "must not begin or end as AWS keeps it for itself, as xn--shop-s3alias does"],
    ["shop-s3alias", "must not begin or end as AWS keeps it for itself, as shop-s3alias does"],
    ["sthree-shop", "must not begin or end as AWS keeps it for itself, as sthree-shop does"],
    ["Shop", `${form} EXAMPLE; got "Shop"`],
    ["a--b", `${form} EXAMPLE; got "a--b"`],
  ])("%s", (bucket, message) => {
    const text = (example: string) => [`bucket: ${message.replace("EXAMPLE", example)}`];
    expect(faultLines(BackupBucketSettings, { bucket })).toEqual(text("tinkertools-backups-production"));
    expect(faultLines(FileStoreSettings, { bucket, components: ["api"] })).toEqual(
      text("tinkertools-files-production"),
    );
  });
});

test("money is in whole cents", () => {
  const total = (amount: number) => faultLines(BudgetSettings, { total: amount });
  expect([0, 0.01, 12.5, 33.33, 1_000_000].map(total)).toEqual([[], [], [], [], []]);
  expect(total(5e-166)).toEqual(["total: must be in whole cents, such as 12.5 or 40; got 5e-166"]);
  expect(total(9.999)).toEqual(["total: must be in whole cents, such as 12.5 or 40; got 9.999"]);
  expect(total(-0.001)).toEqual(["total: must be at least 0; got -0.001"]);
});
