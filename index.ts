import * as pulumi from "@pulumi/pulumi";
import { neededSecrets, readSettings } from "./components/config.ts";
import { monthlyCost as costOf } from "./components/cost.ts";
import { assertDeployable } from "./components/deployed.rules.ts";
import { deployedState } from "./components/deployed-state.ts";
import { originsOf } from "./components/file-store.settings.ts";
import { preparationSecret } from "./components/web-app/database-preparation.ts";
import { fileSecretKeys } from "./components/web-app/files.ts";
import { withOperations } from "./components/web-app/operations.ts";
import { platformNames } from "./components/zone.rules.ts";

// The SDK has it and leaves it out of its types.
const isConfigSecret: unknown = Reflect.get(pulumi.runtime, "isConfigSecret");
const settings = readSettings(pulumi.getStack(), pulumi.runtime.allConfig(), {
  isSecret: (key) => typeof isConfigSecret !== "function" || isConfigSecret(key) === true,
  githubOwner: process.env.GITHUB_OWNER,
});
const { product, isProtected } = settings;
const { region, repository } = product;
const named = (role: string) => `${product.name}-${role}`;
// Of a product that was renamed the engine knows every part again, and what the platforms call them stays.
const namedAs = (role: string) => product.formerName && `${product.formerName}${role}`;
const formerly = (role: string) => ({
  aliases: product.formerName ? [{ name: `${product.formerName}${role}` }] : [],
});

// Loaded only now, so that a wrong stack file is refused before the providers' SDKs are loaded.
const { Network } = await import("./components/network.ts");
const { Database } = await import("./components/database.ts");
const { BackupBucket } = await import("./components/backup-bucket.ts");
const { FileStore } = await import("./components/file-store.ts");
const { backupAccess: accessTo } = await import("./components/backup-access.ts");
const { Dns } = await import("./components/dns.ts");
const { WebApp } = await import("./components/web-app.ts");
const { DeployEnvironment } = await import("./components/deploy-environment.ts");
const { Repository } = await import("./components/repository.ts");
const { Monitoring } = await import("./components/monitoring.ts");

const config = new pulumi.Config("slipway");
const stackSecrets = Object.fromEntries(
  neededSecrets(settings).flatMap(({ name }) => {
    const secret = config.getSecret(name);
    return secret === undefined ? [] : [[name, secret]];
  }),
);
const lastRun = new pulumi.StackReference(
  `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`,
);

assertDeployable(settings.stack, (await lastRun.getOutputDetails("deployed")).value, settings);

const awsRegion = new pulumi.Config("aws").get("region");
const keep = { protect: isProtected };

const network =
  settings.network &&
  new Network(
    named("network"),
    { region, namedAs: namedAs("-network"), ...settings.network },
    { ...keep, ...formerly("-network") },
  );

const database =
  settings.database &&
  network &&
  new Database(
    named("db"),
    {
      region,
      networkId: network.id,
      networkRange: network.ipRange,
      namedAs: namedAs("-db"),
      ...settings.database,
    },
    { ...keep, ...formerly("-db") },
  );

const backups =
  settings.backups &&
  new BackupBucket(
    named("backups"),
    { namedAs: namedAs("-backups"), ...settings.backups },
    { ...keep, ...formerly("-backups") },
  );

const files =
  settings.files &&
  new FileStore(
    named("files"),
    {
      namedAs: namedAs("-files"),
      ...settings.files,
      origins: originsOf(settings.files, settings.app?.domains),
    },
    { ...keep, ...formerly("-files") },
  );

const access =
  backups &&
  database &&
  settings.backups &&
  accessTo(settings, {
    bucket: backups,
    database,
    region: awsRegion ?? "us-east-1",
    recipients: stackSecrets[settings.backups.recipients.secret],
  });

// Before the app, whose own records the platform writes into the zone.
const dns =
  settings.dns &&
  new Dns(
    named("dns"),
    { appNames: platformNames(settings.app), ...settings.dns },
    { ...keep, ...formerly("-dns") },
  );

const app =
  settings.app &&
  new WebApp(
    product.name,
    {
      ...withOperations(settings.app, settings),
      region,
      repository,
      release: settings.release,
      secrets: {
        ...stackSecrets,
        ...(database && { [preparationSecret]: database.adminUrl }),
        ...access?.workerSecrets,
        ...(files && {
          [fileSecretKeys.bucket]: files.bucketName,
          [fileSecretKeys.region]: pulumi.output(awsRegion ?? "us-east-1"),
          [fileSecretKeys.keyId]: files.keyId,
          [fileSecretKeys.secret]: files.secret,
        }),
      },
      ...(network && { networkId: network.id }),
      ...(database &&
        settings.database && {
          database: {
            connection: settings.database.connection.kind,
            clusterName: database.clusterName,
            privateHost: database.privateHost,
            port: database.port,
            databases: database.databases,
          },
        }),
      sealed: lastRun.getOutput("sealed"),
      namedAs: namedAs(""),
    },
    { ...keep, ...formerly(""), dependsOn: [database, dns].filter((one) => one !== undefined) },
  );

const delivery =
  settings.delivery &&
  new DeployEnvironment(
    named("delivery"),
    {
      repository,
      isProtected,
      stackSecrets,
      awsRegion,
      ...(backups && {
        backups: { bucketName: backups.bucketName, bucketArn: backups.arn, userArns: backups.userArns },
      }),
      ...(files && {
        files: { bucketArns: files.arns, userArn: files.userArn, roleArns: files.roleArns },
      }),
      namedAs: namedAs("-delivery"),
      ...settings.delivery,
    },
    formerly("-delivery"),
  );

if (settings.repository)
  new Repository(
    named("repository"),
    { repository, stackSecrets, ...settings.repository },
    formerly("-repository"),
  );

if (settings.monitoring && app)
  new Monitoring(
    named("monitoring"),
    {
      appUrl: app.liveUrl,
      ...(database && { clusterId: database.clusterId }),
      secrets: stackSecrets,
      namedAs: namedAs("-monitoring"),
      ...settings.monitoring,
    },
    formerly("-monitoring"),
  );

const [main] = Object.entries(database?.databases ?? {});

/** What the platform knows the app by. */
export const appId = app?.id;
/** The address that people use. */
export const appUrl = app?.liveUrl;
/** Public host name of the database; from where it may be reached is the firewall's matter. */
export const databaseHost = database?.host;
export const databasePort = database?.port;
/** The first of the product's databases by name, and the login that owns it. */
export const databaseName = main?.[0];
export const databaseUser = main?.[1].owner;
/** Public address of that database for its owner; secret. */
export const databaseUrl = main?.[1].publicUrl;
/** The same of every database, by its name; secret. */
export const databaseUrls =
  database &&
  pulumi.secret(
    pulumi.all(
      Object.fromEntries(
        Object.entries(database.databases).map(([name, { publicUrl }]) => [name, publicUrl]),
      ),
    ),
  );
/** Public address of the cluster for `doadmin`; secret. */
export const databaseAdminUrl = database?.uri;
export const backupBucket = backups?.bucketName;
/** Where the files of the product's users are. */
export const filesBucket = files?.bucketName;
/** How backups are made, found and read, with both keys of the bucket; secret. */
export const backupAccess = access?.output;
export const zone = dns?.zone;
export const githubEnvironment = delivery?.environment;
/** What is meant to run: version, commit and the digests of the images. */
export const release = settings.release;
/** What the stack costs a month, at least and at most, line by line. */
export const monthlyCost = costOf(settings, undefined, { awsRegion });
/** What the next run compares its wishes with, for the platform refuses some changes. */
export const deployed = deployedState(settings);
/** What the next run needs to recognise unchanged secrets; secret. */
export const sealed = app?.sealed;
